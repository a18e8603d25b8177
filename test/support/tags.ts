import fc from 'fast-check'
import type { AttributeConfiguration } from '../../src/abac/index.js'
import type { SamlIdentity } from '../../src/core/identity.js'
import { NOW } from './saml.js'

/** Who signed in, with these session tags asserted. */
export function identityOf(accessControl: Readonly<Record<string, string>>, nameID = 'ada'): SamlIdentity {
  return {
    protocol: 'saml',
    nameID,
    issuer: 'https://idp.example.com',
    accessControl,
    attributes: {},
    authnInstant: NOW,
    assertionID: '_a',
    notOnOrAfter: NOW + 300,
    verifiedBy: '00',
  }
}

/** A configuration that takes each key from a path, such as `enterprise.costCenter`. */
export function configurationOf(keys: Readonly<Record<string, string>>): AttributeConfiguration {
  return {
    AccessControlAttributes: Object.entries(keys).map(([Key, path]) => ({
      Key,
      Value: { Source: [`\${path:${path}}`] },
    })),
  }
}

/** Keys that meet one another: in other cases, alike, reserved, too long, of no use. */
export const anyKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('Team', 'team', 'TEAM', 'CostCenter', 'costcenter', 'T\u0435am', 'aws:x', '', '__proto__', 'constructor', 'toString'), // prettier-ignore
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('k'.repeat(128), 'k'.repeat(129)),
)

export const anyValue: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', 'blue', 'a\u0000b', 'R&D', '\ud800', 'v'.repeat(256), 'v'.repeat(257)),
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
)

/** A map as identities have it: without a prototype, so that every key is one. */
export const anyTags: fc.Arbitrary<Record<string, string>> = fc
  .oneof(fc.array(fc.tuple(anyKey, anyValue), { maxLength: 60 }), fc.array(mostlyGood(), { maxLength: 4 }))
  .map((entries) => {
    const map = Object.create(null) as Record<string, string>
    for (const [key, value] of entries) map[key] = value
    return map
  })

function mostlyGood(): fc.Arbitrary<[string, string]> {
  const word = fc.stringMatching(/^[A-Za-z]{1,8}$/)
  return fc.tuple(
    fc.oneof({ arbitrary: word, weight: 9 }, { arbitrary: anyKey, weight: 1 }),
    fc.oneof({ arbitrary: word, weight: 9 }, { arbitrary: anyValue, weight: 1 }),
  )
}

/** Tags that STS takes, whatever their number up to 50: no key twice in any case. */
export const goodTags: fc.Arbitrary<readonly { key: string; value: string }[]> = fc.uniqueArray(
  fc.record({
    key: fc.oneof(
      fc.constantFrom(
        '__proto__',
        'constructor',
        'Cost Center',
        'a/b:c=d+e-f@g.h_i',
        '\u00e9t\u00e9',
        '\u4e2d',
      ),
      fc.stringMatching(/^[A-Za-z0-9_.:/=+@-]{1,128}$/).filter((key) => !/^aws:/i.test(key)),
    ),
    value: fc.oneof(
      fc.constantFrom('', 'blue', ' a  b ', '\u{10400}', '\u4e2d\u6587'),
      fc.stringMatching(/^[A-Za-z0-9_.:/=+@ -]{0,256}$/),
    ),
  }),
  { maxLength: 50, selector: ({ key }) => key.toLowerCase() },
)
