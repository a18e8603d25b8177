import { connect, type Socket } from 'node:net'
import type { SignedRequest } from './signedRequest.js'

/** A connection on which a test writes what it likes. */
export interface RawClient {
  readonly socket: Socket
  /** All that came so far. */
  text(): string
  /** Resolves with all that came once it matches; rejects when the connection closes before. */
  until(pattern: RegExp): Promise<string>
  /** Resolves with all that came once the connection is closed, in whichever way. */
  readonly closed: Promise<string>
}

export function rawClient(url: string, sent: string | Uint8Array = ''): Promise<RawClient> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    let received = ''
    socket.setEncoding('latin1')
    socket.on('data', (part: string) => (received += part))
    socket.once('error', reject)
    // The server's end ends ours: half-open connections are made by ending our side first.
    socket.once('end', () => socket.end())
    const closed = new Promise<string>((done) => socket.once('close', () => done(received)))
    const until = (pattern: RegExp): Promise<string> =>
      new Promise((matched, failed) => {
        const look = (): void => {
          if (pattern.test(received)) matched(received)
        }
        socket.on('data', look)
        void closed.then((all) => failed(new Error(`closed before ${pattern}: ${all.slice(0, 200)}`)))
        look()
      })
    socket.once('connect', () => {
      if (sent.length > 0) socket.write(sent)
      resolve({ socket, text: () => received, until, closed })
    })
  })
}

/** A request as it goes over the wire. */
export function wireText({ method, path, headers, body }: SignedRequest, version = '1.1'): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/${version}\r\n${lines.join('')}\r\n${body}`
}

/** The status of every answer in what came over one connection, in order. */
export function statuses(text: string): number[] {
  return Array.from(text.matchAll(/HTTP\/1\.[01] (\d{3}) /g), ([, status]) => Number(status))
}
