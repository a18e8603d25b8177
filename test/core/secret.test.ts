import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSecret } from '../../src/core/secret.js'

describe('isSecret', () => {
  it('holds for the secret and for nothing else', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('', 'a', 'aa', 'aaa', 'ab', '\u00e4', '\u0000'))
    fc.assert(
      fc.property(text, text, (sent, secret) => {
        expect(isSecret(sent, secret)).toBe(sent === secret && secret !== '')
        expect(isSecret(secret + secret, secret)).toBe(false)
        expect(isSecret(secret, secret)).toBe(secret !== '')
      }),
      { numRuns: 2000 },
    )
  })
})
