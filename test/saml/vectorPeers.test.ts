import { describe, expect, it } from 'vitest'
import { peer, run } from '../support/peers.js'
import type { Vector } from '../vectors/generate.js'
import { samlVectors } from './vectorFiles.js'
import { trialsOf, xmlCryptoVerifies, xmlsecVerifies, type Trial } from './vectorPeers.js'

type PeerName = 'xmlsec1' | 'xml-crypto'

/** Why a peer accepts a signature that we refuse, and why we are right to. */
interface Explained {
  readonly peers: readonly PeerName[]
  readonly rule: string
  readonly isMet: (vector: Vector) => boolean
  readonly why: string
}

const both: readonly PeerName[] = ['xmlsec1', 'xml-crypto']
const reason =
  (...reasons: readonly string[]) =>
  (vector: Vector): boolean =>
    reasons.includes(vector.reason ?? '')
const named =
  (...names: readonly string[]) =>
  ({ id }: Vector): boolean =>
    names.some((name) => id.endsWith(`.${name}`))

const explained: readonly Explained[] = [
  {
    peers: both,
    rule: 'saml/certificate-expired',
    isMet: () => true,
    why: 'A peer is given a key: it knows nothing of the validity of its certificate.',
  },
  {
    peers: both,
    rule: 'saml/signature-algorithm',
    isMet: reason('sha1'),
    why: 'Both still verify SHA-1, for which collisions are made to order.',
  },
  {
    peers: ['xmlsec1'],
    rule: 'saml/signature-algorithm',
    isMet: named('md5', 'md5-digest', 'md5-allowed'),
    why: 'xmlsec1 still verifies MD5.',
  },
  {
    peers: both,
    rule: 'saml/signature-algorithm',
    isMet: named('canonicalization-inclusive', 'canonicalization-inclusive-with-comments'),
    why: 'XML Signature has inclusive canonicalization; SAML Core 5.4.3 recommends exclusive, and we take no other.',
  },
  {
    peers: both,
    rule: 'saml/signature-algorithm',
    isMet: named('canonicalization-with-comments'),
    why: 'Both canonicalize with comments; what is signed would depend on whether its reader sees comments (S35).',
  },
  {
    peers: ['xmlsec1'],
    rule: 'saml/signature-algorithm',
    isMet: named('canonicalization-1-1'),
    why: 'xmlsec1 also has Canonical XML 1.1, which SAML does not name.',
  },
  {
    peers: both,
    rule: 'saml/signature-reference',
    isMet: named('response-by-assertion', 'assertion-by-response', 'sibling'),
    why: 'A peer verifies what the Reference names; that it is what will be read is left to its caller (S12).',
  },
  {
    peers: ['xml-crypto'],
    rule: 'saml/signature-reference',
    isMet: named('subject-alone', 'metadata'),
    why: 'Likewise (S10, S16); xmlsec1 is told that only Responses and assertions have IDs, and so finds neither.',
  },
  {
    peers: both,
    rule: 'saml/signature-reference',
    isMet: named('whole-document', 'missing'),
    why: 'XML Signature lets a Reference name the whole document; SAML Core 5.4.2 wants the ID of the element.',
  },
  {
    peers: both,
    rule: 'saml/signature-reference',
    isMet: named('two'),
    why: 'XML Signature has any number of References; SAML Core 5.4.2 wants one (S17).',
  },
  {
    peers: ['xmlsec1'],
    rule: 'saml/signature-reference',
    isMet: named('xpointer', 'many', 'white-space'),
    why: 'libxml2 evaluates an XPointer (S24), skips white space in a URI, and bounds no References.',
  },
  {
    peers: ['xml-crypto'],
    rule: 'saml/signature-reference',
    isMet: named('hash', 'no-hash'),
    why: 'xml-crypto takes # for the whole document, and an ID without # for an ID (S24).',
  },
  {
    peers: both,
    rule: 'saml/signature-transforms',
    isMet: named('enveloped-only', 'enveloped-twice', 'three', 'inclusive', 'inclusive-with-comments', 'with-comments'), // prettier-ignore
    why: 'XML Signature has any number of transforms in any order; SAML Core 5.4.4 has two (S25).',
  },
  {
    peers: ['xmlsec1'],
    rule: 'saml/signature-transforms',
    isMet: named('inclusive-1-1', 'xpath'),
    why: 'xmlsec1 also has Canonical XML 1.1 and XPath, with which a signature says itself what it covers (S25).',
  },
  {
    peers: ['xml-crypto'],
    rule: 'saml/signature-transforms',
    isMet: named('reversed'),
    why: 'xml-crypto canonicalizes last, whatever the order says.',
  },
  {
    peers: both,
    rule: 'saml/signature-structure',
    isMet: reason('comment'),
    why: 'Both read the text around a comment; other readers take the first piece (S19).',
  },
  {
    peers: both,
    rule: 'saml/signature-structure',
    isMet: named('attribute', 'attribute-digest', 'text', 'text-transforms', 'digest-element', 'value-element', 'digest-parameter', 'enveloped-parameter', 'prefix-list-element', 'hmac-length-8', 'object', 'object-after', 'manifest'), // prettier-ignore
    why: 'Both pass over what they do not look for; there a forged assertion could stand (S07, S18, S20).',
  },
  {
    peers: ['xml-crypto'],
    rule: 'saml/signature-structure',
    isMet: named('attribute-prefixed', 'foreign-method', 'method-first', 'more-in-signed-info', 'two-key-info', 'two-values', 'value-first'), // prettier-ignore
    why: 'xml-crypto searches for the elements by local name, in whatever order and number (S18, S20).',
  },
  {
    peers: ['xmlsec1'],
    rule: 'saml/signature-structure',
    isMet: named('attribute-method'),
    why: 'xmlsec1 passes over an attribute that it does not know; xml-crypto reads attributes by name in any case.',
  },
  {
    peers: ['xml-crypto'],
    rule: 'saml/signature-structure',
    isMet: named('digest-no-padding', 'value-no-padding'),
    why: "xml-crypto uses Node's decoder of base64, to which several texts are one value (S67).",
  },
  {
    peers: both,
    rule: 'saml/signature-structure',
    isMet: reason('prefixes', 'canonical-form'),
    why: 'Neither bounds how much is listed, nor how long a canonical form grows (S71).',
  },
]

/** To xml-crypto the time that 300 References take is that of the whole test suite. */
const TOO_LONG = ['saml/signature-reference.many']

const responses = samlVectors.filter(({ subject }) => subject === 'response')
const trials = (list: readonly Vector[]): ReadonlyMap<Vector, readonly (readonly Trial[])[]> =>
  new Map(list.map((vector) => [vector, trialsOf(vector)]))
/** What our signature gate let through, whatever was said of it afterwards. */
const passed = trials(responses.filter((one) => one.expect !== 'refused' || one.layer === 'meaning'))
const stopped = trials(responses.filter((one) => one.expect === 'refused' && one.layer === 'signature'))

/** Vectors of which each Signature is good by one of the trusted keys, and there is one at all. */
function goodTo(
  vectors: ReadonlyMap<Vector, readonly (readonly Trial[])[]>,
  verifies: (trial: Trial) => boolean | undefined,
): readonly Vector[] {
  const isGood = (signatures: readonly (readonly Trial[])[]): boolean =>
    signatures.length > 0 && signatures.every((one) => one.some((trial) => verifies(trial) === true))
  return [...vectors].filter(([, signatures]) => isGood(signatures)).map(([vector]) => vector)
}

function compare(name: PeerName, verifies: (trial: Trial) => boolean | undefined): void {
  expect(passed.size).toBeGreaterThan(500)
  const good = new Set(goodTo(passed, verifies))
  expect([...passed.keys()].filter((vector) => !good.has(vector)).map(({ id }) => id)).toEqual([])

  const rows = explained.filter(({ peers }) => peers.includes(name))
  const explaining = goodTo(stopped, verifies).map(({ id, rule, ...vector }) => ({
    id,
    by: rows.filter((row) => row.rule === rule && row.isMet({ id, rule, ...vector })),
  }))
  expect(explaining.filter(({ by }) => by.length !== 1).map(({ id }) => id)).toEqual([])
  const used = new Set(explaining.flatMap(({ by }) => by))
  expect(rows.filter((row) => !used.has(row)).map(({ why }) => why)).toEqual([])
}

const all = [...passed.values(), ...stopped.values()].flat(2)
const withXmlsec = await peer({ name: 'xmlsec1', debianPackage: 'xmlsec1' }, () =>
  run('xmlsec1', ['--version']),
)

describe('the signatures of the vectors', () => {
  it('that we accept xml-crypto accepts, and it accepts no others but explained ones', () => {
    compare('xml-crypto', (trial) => !TOO_LONG.includes(trial.vector) && xmlCryptoVerifies(trial))
  })

  withXmlsec('that we accept xmlsec1 accepts, and it accepts no others but explained ones', async () => {
    const answers = await xmlsecVerifies(all)
    compare('xmlsec1', (trial) => answers.get(trial))
  })
})
