import { describe, expect, it } from 'vitest'
import { samlSigner } from '../../src/flows/index.js'
import { issueResponse, type Login } from '../../src/saml/index.js'
import { privateKey } from '../vectors/generator/keys.js'
import { keys } from '../tti/vectorFiles.js'

const signer = samlSigner(privateKey(keys['rsa-issuer']))
const login = {
  to: 'application',
  sp: { entityID: 'https://app.example.com', acsURL: 'https://app.example.com/acs' },
  nameID: 'ada@example.com',
}

/** As a caller without types would, who passes on what a profile in JSON holds. */
function issue(more: object): unknown {
  const ids = ['_response', '_assertion']
  const options = { entityID: 'https://idp.example.com', signer, now: 1_800_000_000 }
  return issueResponse({ ...login, ...more } as unknown as Login, {
    ...options,
    newID: () => ids.shift() ?? '',
  })
}

/** JSON that looks like an element of the tree that is written: its names would be written as they are (S98). */
const element = {
  prefix: '',
  local: 'x></saml:AttributeValue></saml:Attribute><saml:Attribute Name="role"',
  namespace: '',
  attributes: [],
  declarations: [],
  children: ['admin'],
}

describe('a sign-in whose values are no texts', () => {
  it.each([
    ['an element as a value', { attributes: [{ name: 'team', values: [element] }] }],
    ['an element as a name', { attributes: [{ name: element, values: ['x'] }] }],
    ['an element as the SessionIndex', { sessionIndex: element }],
    ['an element as the NameID', { nameID: element }],
    ['an element as the context class', { authnContextClassRef: element }],
    ['null as a value', { attributes: [{ name: 'team', values: [null] }] }],
    ['a number as a value', { attributes: [{ name: 'team', values: [7] }] }],
    ['an element as a tag', { to: 'identity-center', accessControl: { team: element } }],
  ])('is misuse: %s', (_, more) => {
    expect(() => issue(more)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }))
  })
})
