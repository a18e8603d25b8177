import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import * as saml from '../../src/saml/index.js'
import { ADA, counted, expectation, IDP, idpSigner, NOW } from '../support/saml.js'

/** What a caller without types may hand in, by mistake or because somebody sent it. */
const ODD: readonly unknown[] = [undefined, null, 0, NaN, '', ' ', '<a/>', 'x', [], {}, [[]], () => 1, Symbol('s'), 1n, new Date(0), new Uint8Array(3), new Map(), { toString: () => { throw new Error('no text') } }, Object.create(null), '__proto__', true, '\ud800'] // prettier-ignore

/** Everything but a verdict, an answer or misuse that is told as such. */
async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call()
    return undefined
  } catch (error) {
    return error instanceof FederationError ? undefined : error
  }
}

type Call = (...values: unknown[]) => unknown
const functions = Object.entries(saml as Record<string, unknown>).filter(
  (entry): entry is [string, Call] => typeof entry[1] === 'function',
)
// These are given what other functions here have made, not what a caller writes.
const INNER = ['samlReplayKeys', 'samlRule', 'inspectSamlUser']

describe('whatever stands in for an argument', () => {
  it.each(functions.filter(([name]) => !INNER.includes(name)))(
    '%s throws for misuse alone',
    async (_, call) => {
      for (const one of ODD) {
        expect(await thrownBy(() => call(one))).toBeUndefined()
        for (const other of ODD) expect(await thrownBy(() => call(one, other))).toBeUndefined()
      }
    },
  )

  it('is told as misuse, member by member', async () => {
    const account = {
      to: 'account',
      nameID: 'x',
      roles: [
        {
          roleArn: 'arn:aws:iam::111122223333:role/R',
          providerArn: 'arn:aws:iam::111122223333:saml-provider/P',
        },
      ],
      roleSessionName: 'abc',
    }
    const options = { entityID: IDP, signer: idpSigner, now: NOW, newID: counted() }
    const issue = (login: object, more: object = {}): unknown =>
      saml.issueResponse(login as saml.Login, { ...options, ...more })
    for (const odd of ODD) {
      for (const name of [
        'idp',
        'sp',
        'now',
        'clockSkewSeconds',
        'inResponseTo',
        'abac',
        'profile',
        'allowSHA1',
        'maxAssertionLifetimeSeconds',
      ])
        expect(
          await thrownBy(() => saml.validateResponse('<a/>', { ...expectation(), [name]: odd })),
        ).toBeUndefined()
      for (const name of [
        'to',
        'sp',
        'nameID',
        'inResponseTo',
        'sessionIndex',
        'authnInstant',
        'authnContextClassRef',
        'lifetimeSeconds',
        'accessControl',
        'attributes',
        'abac',
        'sessionDurationSeconds',
      ])
        expect(await thrownBy(() => issue({ ...ADA, [name]: odd })), name).toBeUndefined()
      for (const name of [
        'roles',
        'roleSessionName',
        'sessionDurationSeconds',
        'sourceIdentity',
        'principalTags',
        'transitiveTagKeys',
        'nameIDFormat',
      ])
        expect(await thrownBy(() => issue({ ...account, [name]: odd })), name).toBeUndefined()
      for (const name of Object.keys({ ...options, sign: '', certificate: '' }))
        expect(await thrownBy(() => issue(ADA, { [name]: odd })), name).toBeUndefined()
    }
  })
})
