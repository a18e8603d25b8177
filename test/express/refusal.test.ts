import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { refuse, type RefusalStatus } from '../../src/express/refusal.js'

/** The page that goes with a status, as a browser gets it. */
async function pageOf(status: RefusalStatus, signInPath?: string): Promise<string> {
  const server = createServer((request, response) =>
    refuse(request, response, { status, findings: [] }, { signInPath }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  expect(answer.status).toBe(status)
  const page = await answer.text()
  server.close()
  return page
}

it.each([400, 401, 403] as const)('leads to sign in again, and says so: %s', async (status) => {
  expect(await pageOf(status, '/signin')).toContain('<a href="/signin">Sign in</a>')
  expect(await pageOf(status)).toContain('<a href="/">Go on</a>')
})

it.each([405, 413, 415, 500, 502, 503] as const)(
  'does not have a person sign in again for what that does not mend: %s',
  async (status) => {
    expect(await pageOf(status, '/signin')).toContain('<a href="/">Go on</a>')
  },
)

it('writes a path as text', async () => {
  expect(await pageOf(401, '/a"b')).toContain('<a href="/a&#34;b">')
})
