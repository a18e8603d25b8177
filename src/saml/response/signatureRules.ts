import type { Fault, Rule, RuleRow } from '../../core/rule.js'
import { pathOf } from '../xml/query.js'
import { isRefusal } from './envelopeRules.js'
import type { MessageRule, SignatureReading } from './subject.js'

type Row = Omit<RuleRow, 'severity'> & { readonly messages: Readonly<Record<string, string>> }

/** What reading and verifying one signature may end in, in the order in which it does. */
export const signatureRows: readonly Row[] = [
  {
    id: 'saml/signature-structure',
    source: 'XML Signature 4; SAML Core 5.4; attacks S07, S18, S19, S20, S43',
    title:
      'A Signature holds SignedInfo, SignatureValue and at most KeyInfo, and they what SAML allows, each once and in order',
    fix: 'Sign with an XML signature library in its plainest form: no Object, no second SignedInfo, no comments, no parameters.',
    messages: {
      comment: 'A comment stands in the signature.',
      child: 'The signature has another element here than it must.',
      unexpected: 'This element has no place in the signature.',
      attribute: 'This attribute has no place in the signature.',
      text: 'Text stands between the elements of the signature.',
      base64: 'A value of the signature is not canonical base64.',
      prefixes: 'The PrefixList names too many prefixes.',
      'canonical-form': 'The canonical form of the signed element is too large.',
    },
  },
  {
    id: 'saml/signature-reference',
    source: 'SAML Core 5.4.2; attacks S01, S10, S12, S16, S17, S24',
    title: 'A signature has one Reference, and it names the ID of the element in which the signature stands',
    fix: 'Sign the Response or the Assertion as a whole, by its ID, and put the signature into it.',
    messages: {
      none: 'The signature refers to nothing.',
      several: 'The signature has several references.',
      missing: 'The Reference has no URI.',
      empty: 'The Reference names no element.',
      foreign: 'The Reference does not name an element of this message by its ID.',
      'other-element': 'The Reference names another element than the one that holds the signature.',
    },
  },
  {
    id: 'saml/signature-transforms',
    source: 'SAML Core 5.4.4; attack S25',
    title: 'The transforms are enveloped-signature and then exclusive canonicalization',
    fix: 'Configure the signing library for enveloped-signature and http://www.w3.org/2001/10/xml-exc-c14n#, without comments.',
    messages: {
      missing: 'A transform is missing.',
      unknown: 'This transform is not allowed.',
      order: 'The transforms are in the wrong order, or one of them occurs twice.',
      'too-many': 'There are more than two transforms.',
    },
  },
  {
    id: 'saml/signature-algorithm',
    source: 'SAML Core 5.4.1, 5.4.3; attacks S35, S42, S44, S45',
    title:
      'A signature is RSA with SHA-256, SHA-384 or SHA-512, over a digest of the same kinds, canonicalized exclusively',
    fix: "Set the signing algorithm to RSA-SHA256 and the digest to SHA-256 in the identity provider's console.",
    messages: {
      unknown: 'This algorithm is not accepted.',
      canonicalization: 'This canonicalization is not accepted.',
      sha1: 'SHA-1 is not accepted: signatures with it can be forged.',
    },
  },
  {
    id: 'saml/digest',
    source: 'XML Signature 3.2.1; attacks S34, S46',
    title: 'The digest in the signature is that of the signed element',
    fix: 'Send the message as it was signed: something between the signer and here changed it, perhaps by formatting it anew.',
    messages: { mismatch: 'What was signed is not what came: the element was changed after it was signed.' },
  },
  {
    id: 'saml/certificate-expired',
    source: 'R018, R063; RFC 5280 4.1.2.5',
    title: 'The certificate whose key made the signature is valid now',
    fix: 'Import the current certificate of the identity provider, and have it sign with its key.',
    messages: {
      expired: 'The key that signed belongs to a trusted certificate that has expired.',
      'not-yet': 'The key that signed belongs to a trusted certificate that is not valid yet.',
    },
  },
  {
    id: 'saml/signature',
    source: 'R018, R019, R025; XML Signature 3.2.2; attacks S13, S40, S41, S47, S48',
    title: 'Every signature was made by the key of a trusted certificate of the issuer',
    fix: 'Check that the certificate that is imported here is the one that the identity provider signs with.',
    messages: {
      mismatch: 'No trusted certificate verifies the signature.',
      'untrusted-certificate': 'The key of a certificate that is not trusted made the signature.',
    },
  },
]

export const missingRow: RuleRow = {
  id: 'saml/signature-missing',
  severity: 'error',
  source: 'SAML Profiles 4.1.4.5; SAML Metadata 3; attack S14',
  title:
    'The assertion, the Response or both are signed; so is metadata, where certificates are given for it',
  fix: "Turn on signing of assertions for this application in the identity provider's console.",
}

export const placementRow: RuleRow = {
  id: 'saml/signature-placement',
  severity: 'error',
  source: 'SAML Core 5.4; SAML Metadata 3; attacks S01, S03, S05, S12, S15',
  title:
    'A signature is a child of the Response or of its Assertion, one in each; that of metadata is a child of its root',
  fix: 'Put each signature directly into the element that it signs, and none anywhere else.',
}

/** What came of signatures that stand where they may, whatever it is that they sign. */
export const verificationRules: readonly Rule<{
  readonly signatures: readonly Pick<SignatureReading, 'fault'>[]
}>[] = signatureRows.map(({ messages, ...row }) => ({
  severity: 'error',
  ...row,
  check: ({ signatures }) => {
    const faults = signatures.flatMap(({ fault }): readonly Fault[] =>
      fault?.rule === row.id
        ? [{ reason: fault.reason, message: messages[fault.reason] ?? row.title, ...fault.details }]
        : [],
    )
    if (faults.length > 0) return faults
    return signatures.some(({ fault }) => fault) || signatures.length === 0 ? 'cantTell' : []
  },
}))

/** Who vouches for what: of a message of the right shape, the signatures and nothing else. */
export const signatureRules: readonly MessageRule[] = [
  {
    ...missingRow,
    check: (subject) => {
      if (subject.signatures.length > 0 || subject.strays.length > 0) return []
      // What is refused for saying that the sign-in failed is not mended by a signature.
      if (isRefusal(subject)) return 'notApplicable'
      return [{ reason: 'missing', path: '/Response', message: 'Nothing in the message is signed.' }]
    },
  },
  {
    ...placementRow,
    check: ({ strays }) =>
      strays.slice(0, 20).map((stray) => ({
        reason: 'misplaced',
        path: pathOf(stray),
        message: 'No signature may stand here.',
      })),
  },
  ...verificationRules,
]
