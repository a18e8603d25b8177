import { Agent, request as httpRequest } from 'node:http'
import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exampleToken, runCenter, type RunningCenter } from '../support/center.js'
import { signedExchange, type SignedRequest } from '../support/signedRequest.js'

const CONNECTIONS = 50
const EXCHANGES = 200
/** The center keeps this many of the latest events. */
const EVENTS = 10_000
/** Until it expires, an exchange leaves its claimed id and the entry of its refresh token. */
const STORED_BYTES = 2048
/** An event is three times as large in memory as its JSON: every short text and object has a header. */
const EVENT_FACTOR = 3
/** What all exchanges may leave behind for good: less than half of one JWT each. 30 to 140 bytes are usual. */
const LEFT_BYTES = 300 * CONNECTIONS * EXCHANGES

let running: RunningCenter
let agent: Agent
let sockets: Set<Socket>
beforeEach(async () => {
  running = await runCenter()
  agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  sockets = new Set()
})
afterEach(async () => {
  agent.destroy()
  await running.server.stop()
})

interface Answer {
  readonly status: number
  readonly errorType: string | undefined
  readonly body: string
}

function send({ method, path, headers, body }: SignedRequest): Promise<Answer> {
  const { hostname, port } = new URL(running.server.url)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ agent, hostname, port, method, path, headers }, (response) => {
      const { statusCode: status = 0 } = response
      const errorType = response.headers['x-amzn-errortype']?.toString()
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.once('end', () => resolve({ status, errorType, body: text }))
      response.once('error', reject)
    })
    request.once('socket', (socket) => sockets.add(socket))
    request.once('error', reject)
    request.end(body)
  })
}

const exchange = (jwt: string, now?: number): Promise<Answer> =>
  send(signedExchange(running.server.url, jwt, now === undefined ? {} : { now }))
const succeeded = ({ status, body }: Answer): boolean => status === 200 && body.includes('"accessToken"')

describe('load', () => {
  it(`${CONNECTIONS} connections x ${EXCHANGES} exchanges: no error and flat memory`, async () => {
    const { center } = running
    const heapUsed = heapReader()
    const total = CONNECTIONS * EXCHANGES
    const faults: Answer[] = []
    let done = 0

    /** So many exchanges of fresh JWTs on each connection, one after the other. */
    const exchanges = async (turns: number): Promise<void> => {
      const connection = async (): Promise<void> => {
        for (let turn = 0; turn < turns; turn++) {
          const answer = await exchange(exampleToken())
          if (!succeeded(answer)) faults.push(answer)
          if (++done % 1000 === 0) process.stdout.write(`  ${done} of ${total} exchanges\n`)
        }
      }
      await Promise.all(Array.from({ length: CONNECTIONS }, connection))
    }
    /** Fills the log with refusals that are all alike, so that no exchange is left in it. */
    const fillEvents = async (): Promise<void> => {
      const url = `${running.server.url}/token?aws_iam=t`
      for (let count = 0; count < EVENTS; count++) await center.handle(new Request(url, { method: 'POST' }))
    }

    await fillEvents()
    await exchanges(2)
    await fillEvents()
    const before = await heapUsed()
    done = 0
    await exchanges(EXCHANGES / 2)
    const half = await heapUsed()
    await exchanges(EXCHANGES / 2)
    const whole = await heapUsed()
    expect(faults).toEqual([])
    expect(sockets.size).toBe(CONNECTIONS)
    expect(center.events().filter(({ errorCode }) => errorCode === undefined)).toHaveLength(total)

    // The second half leaves no more than what must be kept of it.
    const held = EVENT_FACTOR * JSON.stringify(center.events().at(-1)).length + STORED_BYTES
    expect(whole - half).toBeLessThan(held * (total / 2))

    // Once all has expired and the log has moved on, nothing is left of any of them.
    center.moveClock(7 * 86_400)
    const now = center.now()
    expect(succeeded(await exchange(exampleToken({ iat: now, exp: now + 300 }), now))).toBe(true)
    await fillEvents()
    const after = await heapUsed()
    expect(after - before).toBeLessThan(LEFT_BYTES)
  }, 300_000)
})

describe('one JWT', () => {
  it('is answered once, however often and on however many connections it is sent', async () => {
    const sent = fc.array(fc.record({ times: fc.integer({ min: 1, max: 8 }), withID: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(
        sent,
        fc.integer({ min: 1, max: 12 }),
        fc.infiniteStream(fc.nat()),
        async (tokens, connections, order) => {
          const jwts = tokens.map(({ withID }) =>
            exampleToken({ sub: `s${subject++}`, ...(withID ? {} : { jti: undefined }) }),
          )
          const queue = tokens.flatMap(({ times }, index) => Array<number>(times).fill(index))
          const answers: Answer[][] = tokens.map(() => [])
          const connection = async (): Promise<void> => {
            for (;;) {
              const [index] = queue.splice(order.next().value! % Math.max(queue.length, 1), 1)
              if (index === undefined) return
              answers[index]!.push(await exchange(jwts[index]!))
            }
          }
          await Promise.all(Array.from({ length: connections }, connection))
          tokens.forEach(({ times }, index) => {
            const refused = answers[index]!.filter((answer) => !succeeded(answer))
            expect(refused.map(({ status, errorType }) => `${status} ${errorType}`)).toEqual(
              Array(times - 1).fill('400 InvalidGrantException'),
            )
          })
        },
      ),
      { numRuns: 30 },
    )
  })
  let subject = 0
})

/** Reads the heap after full collections, between which finalizers get their turn. */
function heapReader(): () => Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  return async () => {
    for (let round = 0; round < 3; round++) {
      collect()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return process.memoryUsage().heapUsed
  }
}
