import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import express4 from 'express4'
import { expect } from 'vitest'
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

export interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Does not say how long the body is. */
  readonly chunked?: boolean
}

/** Sends a request with these headers and no others, and follows nothing. */
export function send(
  url: string,
  { method = 'GET', headers = {}, body = '', chunked }: Sent = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const length = body === '' || chunked ? {} : { 'content-length': Buffer.byteLength(body) }
    const request = httpRequest(url, { method, headers: { ...headers, ...length } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const answered = new Headers()
        for (let at = 0; at < answer.rawHeaders.length; at += 2)
          answered.append(answer.rawHeaders[at] ?? '', answer.rawHeaders[at + 1] ?? '')
        const { statusCode: status = 0 } = answer
        const content = [204, 304].includes(status) ? null : Buffer.concat(chunks)
        resolve(new Response(content, { status, headers: answered }))
      })
    })
    request.on('error', reject)
    for (let at = 0; at < body.length; at += 65_536) request.write(body.slice(at, at + 65_536))
    request.end()
  })
}

/** A browser as far as cookies go: keeps them by name, sends them all, and follows nothing by itself. */
export class Browser {
  readonly cookies = new Map<string, string>()
  /** Set-Cookie headers as they came. */
  readonly set: string[] = []

  async fetch(url: string, sent: Sent = {}): Promise<Response> {
    const held = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const cookie = held === '' ? {} : { cookie: held }
    const response = await send(url, { ...sent, headers: { ...cookie, ...sent.headers } })
    for (const line of response.headers.getSetCookie()) this.keep(line)
    return response
  }

  /** A form of a page of the same origin. */
  post(
    url: string,
    fields: Record<string, string> | string = '',
    headers: Record<string, string> = {},
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

/** The answer to a refused request: a static page, without a stack and without what nobody is to see. */
export async function expectPublic(
  response: Response,
  status = response.status,
  secrets: readonly string[] = [],
): Promise<void> {
  expect(response.status).toBe(status)
  const page = await response.text()
  expect(page).toMatch(/^<!doctype html>/)
  for (const hidden of ['    at ', 'node_modules', 'Error', 'express/', ...secrets])
    expect(page).not.toContain(hidden)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining("default-src 'none'") as unknown,
  })
}
