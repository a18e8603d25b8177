import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import express4 from 'express4'
import type { Refused } from '../../src/express/index.js'

/** Both majors, as one type: what the tests use of them is the same. */
export const MAJORS = [
  ['Express 5', express],
  ['Express 4', express4],
] as const
export type App = ReturnType<typeof express>

export interface Running {
  readonly url: string
  close(): Promise<void>
}

/** A server whose app is made once its address is known. */
export async function serve(make: (url: string) => App): Promise<Running> {
  const server: Server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.on('request', make(url))
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => {
          resolve()
        })
      }),
  }
}

/** A browser as far as cookies go: keeps them by name, sends them all, and follows nothing by itself. */
export class Browser {
  readonly cookies = new Map<string, string>()
  /** Set-Cookie headers as they came. */
  readonly set: string[] = []

  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    const held = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (held !== '' && !headers.has('cookie')) headers.set('cookie', held)
    const response = await fetch(url, { redirect: 'manual', ...init, headers })
    for (const line of response.headers.getSetCookie()) this.keep(line)
    return response
  }

  /** A form of a page of the same origin. */
  post(
    url: string,
    fields: Record<string, string> | string = '',
    headers: HeadersInit = {},
  ): Promise<Response> {
    return this.fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: new URL(url).origin,
        ...headers,
      },
      body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
    })
  }

  private keep(line: string): void {
    this.set.push(line)
    const [pair = '', ...attributes] = line.split('; ')
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals)
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
    else this.cookies.set(name, pair.slice(equals + 1))
  }
}

/** What onRefused was told, and `rule reason` of all of it. */
export class Refusals {
  readonly all: Refused[] = []
  readonly onRefused = (refused: Refused): void => {
    this.all.push(refused)
  }
  /** Of the last one: the status, then each `rule reason`. */
  get last(): readonly (number | string)[] {
    const refused = this.all.at(-1)
    if (refused === undefined) return []
    return [refused.status, ...refused.findings.map(({ rule, reason }) => `${rule} ${reason}`)]
  }
}
