import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/conformance/index.js'
import { command, temporaryFiles } from '../support/command.js'

const { file, remove } = temporaryFiles()
afterAll(remove)

const user = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  externalId: '701984',
  userName: 'ada@example.com',
  name: { familyName: 'Lovelace', givenName: 'Ada' },
  displayName: 'Ada Lovelace',
  emails: [{ value: 'ada@example.com', primary: true }],
}

describe('check scim-user', () => {
  it('accepts a user, and says who it is', async () => {
    const { code, out } = await command('check', 'scim-user', file('u.json', user), '--format', 'json')
    expect(code).toBe(0)
    expect(JSON.parse(out) as Report).toMatchObject({
      subject: { kind: 'scim-user' },
      verdict: 'accepted',
      identity: { userName: 'ada@example.com', externalId: '701984', active: true },
    })
  })

  it('takes what Windows writes before a text', async () => {
    const path = file('bom.json', `\ufeff${JSON.stringify(user)}`)
    expect((await command('check', 'scim-user', path)).code).toBe(0)
  })

  it('tells what is wrong, where in the file, why and what to change, on one screen', async () => {
    const text = JSON.stringify(
      { ...user, password: 'hunter2-secret', phoneNumbers: [{ value: '1' }, { value: '2' }] },
      null,
      2,
    )
    const { code, out } = await command('check', 'scim-user', file('u.json', text))
    expect(code).toBe(1)
    const line = text.split('\n').findIndex((one) => one.includes('phoneNumbers')) + 1
    expect(out).toContain(`where     line ${line}, column 19`)
    expect(out).toContain('scim/single-value (several) at $.phoneNumbers')
    expect(out).toMatch(/^ {2}why .*List attribute emails exceeds$/m)
    expect(out).not.toContain('hunter2')
    expect(out.split('\n').length).toBeLessThan(36)
  })

  it.each([[[]], [['a', 'b']], [['a', '--nothing']], [['a', '--format', 'yaml']]])(
    'is misused with %s',
    async (words) => {
      const paths = words.map((word) => (word === 'a' ? file('u.json', user) : word))
      expect((await command('check', 'scim-user', ...paths)).code).toBe(2)
    },
  )
})
