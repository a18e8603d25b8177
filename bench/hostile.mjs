// The longest that a hostile message of 256 KB takes to be refused, and by which rule. Exit code 1 over 50 ms.
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { deflateRawSync } from 'node:zlib'
import { samlSigner } from '../dist/flows.js'
import {
  decodeMessage,
  inspectResponse,
  issueResponse,
  parseCertificate,
  parseMetadata,
  validateAuthnRequest,
  validateResponse,
} from '../dist/saml.js'

const LIMIT_MS = 50
const SIZE = 262_144
const pem = (name) => readFileSync(new URL(`../test/interop/keys/${name}.pem`, import.meta.url), 'utf8')
const certificate = parseCertificate(pem('idp.crt')).value
const signer = samlSigner(createPrivateKey(pem('idp.key')))
const sp = { entityID: 'https://sp.example.com', acsURL: 'https://sp.example.com/acs' }
const entityID = 'https://idp.example.com'
const now = 1_795_608_000
const expectation = { idp: { entityID, certificates: [certificate] }, sp, now }

let count = 0
const issue = (more = {}, options = {}) => {
  const login = { to: 'application', sp, nameID: 'ada@example.com', ...more }
  return issueResponse(login, { entityID, signer, now, newID: () => `_id${++count}`, ...options }).value
}
const valid = issue()
const both = issue({}, { sign: 'both' })
const SAMLP = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
const SAML = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
const DS = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'

/** `before`, then the unit as often as fits, then `after`. */
const filled = (before, unit, after) =>
  before + unit.repeat(Math.floor((SIZE - before.length - after.length) / unit.length)) + after
const many = (before, make, after, times) =>
  before + Array.from({ length: times }, (_, at) => make(at)).join('') + after
/** Inserted into a valid, signed Response. */
const within = (mark, text, of = valid) => of.replace(mark, () => `${text}${mark}`)

const prefixed = (count) =>
  Array.from({ length: count }, (_, at) => {
    const prefix = `${'p'.repeat(36)}${String(at).padStart(4, '0')}`
    return ` xmlns:${prefix}="u:${at}" ${prefix}:a=""`
  }).join('')

const inputs = {
  'prefixes of one signed element': both.replace(
    '<saml:AuthnContext>',
    () => `<saml:AuthnContext${prefixed(2_200)}>`,
  ),
  'encrypted parts, deep': `<p:Response ${SAMLP.replace('samlp', 'p')} ${SAML.replace('saml=', 's=')} ID="a">${'<a>'.repeat(61)}${'<s:EncryptedID/>'.repeat(4800)}${'</a>'.repeat(61)}</p:Response>`,
  'types of values': valid
    .replace(
      '<samlp:Response ',
      () =>
        `<samlp:Response xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"${Array.from({ length: 2_000 }, (_, at) => ` xmlns:${'p'.repeat(40)}${at}="u"`).join('')} `,
    )
    .replace(
      '</saml:Assertion>',
      () =>
        `<saml:AttributeStatement><saml:Attribute Name="a">${Array.from({ length: 1_000 }, (_, at) => `<saml:AttributeValue xsi:type="${'p'.repeat(40)}${at}:string"/>`).join('')}</saml:Attribute></saml:AttributeStatement></saml:Assertion>`,
    ),
  'greater-than signs': within('</saml:Subject>', '>'.repeat(200_000), both),
  empty: '',
  spaces: ' '.repeat(SIZE),
  'one tag, unclosed': filled('<a', 'a', ''),
  'unterminated attribute': filled('<a b="', 'x', ''),
  'unterminated comment': filled('<a><!-- ', 'x', ''),
  'unterminated CDATA': filled('<a><![CDATA[', ']', ''),
  'unclosed tags': filled('', '<a>', ''),
  'deep, closed': filled('', '<a>', '').slice(0, SIZE / 2) + '</a>'.repeat(100),
  attributes: many('<a', (at) => ` a${at}=""`, '/>', 30_000),
  'the same attribute': filled('<a', ' b=""', '/>'),
  declarations: many('<a', (at) => ` xmlns:p${at}="urn:${at}"`, '/>', 12_000),
  siblings: filled('<a>', '<b/>', '</a>'),
  'short texts and comments': filled('<a>', 'x<!---->', '</a>'),
  'CDATA sections': filled('<a>', '<![CDATA[x]]>', '</a>'),
  references: filled('<a>', '&#65;', '</a>'),
  ampersands: filled('<a>', '&', '</a>'),
  'carriage returns': filled('<a>', '\r', '</a>'),
  'tabs in an attribute': filled('<a b="', '\t', '"/>'),
  'a long name': filled('<', 'a', '/>'),
  'a long prefix': filled('<', 'a', ':b/>'),
  colons: filled('<a', ':', '/>'),
  'entity expansion': filled('<!DOCTYPE a [', '<!ENTITY b "&b;&b;">', ']><a>&b;</a>'),
  'processing instructions': filled('', '<?a b?>', '<a/>'),
  NUL: '\0'.repeat(SIZE),
  surrogates: '\ud800'.repeat(SIZE / 4),
  'lax base64': `${'A'.repeat(340_000)}=A`,
  'base64 in lines of one': 'A\n'.repeat(170_000),
  'percent signs': '%2B'.repeat(100_000),
  signatures: many(
    `<samlp:Response ${SAMLP} ${SAML} ${DS} ID="a">`,
    () => '<ds:Signature></ds:Signature>',
    '</samlp:Response>',
    4_900,
  ),
  assertions: many(
    `<samlp:Response ${SAMLP} ${SAML} ID="a">`,
    (at) => `<saml:Assertion ID="b${at}"/>`,
    '</samlp:Response>',
    2_400,
  ),
  'equal IDs': many(
    `<samlp:Response ${SAMLP} ${SAML} ID="a">`,
    () => `<saml:Assertion ID="b"/>`,
    '</samlp:Response>',
    2_400,
  ),
  'a long namespace, used often': many(
    `<samlp:Response ${SAMLP} xmlns:x="urn:${'x'.repeat(1000)}" ID="a"><samlp:Extensions>`,
    () => '<x:a/>',
    '</samlp:Extensions></samlp:Response>',
    4_900,
  ),
  'the same in what is signed': within(
    '<saml:Subject>',
    many('', () => '<x:a/>', '', 4_000),
  ).replace('<samlp:Response ', `<samlp:Response xmlns:x="urn:${'x'.repeat(1000)}" `),
  'a long PrefixList': valid.replace(
    '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>',
    () =>
      `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><x:InclusiveNamespaces xmlns:x="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="${'a '.repeat(120_000)}"></x:InclusiveNamespaces></ds:Transform>`,
  ),
  'a long digest': valid.replace(/<ds:DigestValue>[^<]*/, () => `<ds:DigestValue>${'A'.repeat(240_000)}`),
  'a long signature': valid.replace(
    /<ds:SignatureValue>[^<]*/,
    () => `<ds:SignatureValue>${'A'.repeat(240_000)}`,
  ),
  'a long reference': valid.replace(/URI="[^"]*"/, () => `URI="#${'a'.repeat(240_000)}"`),
  'a long algorithm': valid.replace(/<ds:DigestMethod Algorithm="/, (text) => text + 'a'.repeat(240_000)),
  'a long KeyInfo': valid
    .replace(
      '</ds:SignatureValue>',
      () =>
        `</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${'A'.repeat(240_000)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>`,
    )
    .replace('ada@', 'eve@'),
  'a NameID of quotes': issueLong('"'),
  'a NameID of dots': issueLong('.'),
  'a NameID of at signs': issueLong('@'),
  'a long instant': both.replace(/IssueInstant="[^"]*"/, () => `IssueInstant="${'2'.repeat(240_000)}"`),
  'a long status': both.replace('urn:oasis:names:tc:SAML:2.0:status:Success', () => 'x'.repeat(240_000)),
  'a long destination': valid.replace(
    /Destination="[^"]*"/,
    () => `Destination="${'https://sp.example.com/acs'.repeat(9000)}"`,
  ),
  'a long InResponseTo': valid.replace(
    '<samlp:Response ',
    () => `<samlp:Response InResponseTo="${'x'.repeat(240_000)}" `,
  ),
  'text in the Response': filled(`<samlp:Response ${SAMLP} ID="a">`, 'x <!-- --> ', '</samlp:Response>'),
}

/** A signed message whose NameID is nothing but this. */
function issueLong(character) {
  return issue({
    nameID: character.repeat(40_000),
    nameIDFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  })
}

const deflated = (bytes) =>
  `SAMLRequest=${encodeURIComponent(deflateRawSync(Buffer.alloc(bytes, 32), { level: 9 }).toString('base64'))}`
const bomb = deflated(30_000_000)
const requests = {
  sps: [{ entityID: sp.entityID, acsURLs: [sp.acsURL], certificates: [certificate] }],
  destination: 'https://idp.example.com/sso',
  now,
}
const others = {
  'deflate bomb of 30 MB': () => decodeMessage({ binding: 'redirect', query: bomb }),
  'request of prefixes': () =>
    validateAuthnRequest(
      {
        binding: 'post',
        body: `SAMLRequest=${encodeURIComponent(Buffer.from(`<samlp:AuthnRequest ${SAMLP} ID="a"${prefixed(2_200)}/>`).toString('base64'))}`,
      },
      requests,
    ),
  'request of extensions': () =>
    validateAuthnRequest(
      {
        binding: 'post',
        body: `SAMLRequest=${encodeURIComponent(Buffer.from(`<samlp:AuthnRequest ${SAMLP} ID="a"><samlp:Extensions>${'<a/>'.repeat(4_900)}</samlp:Extensions></samlp:AuthnRequest>`).toString('base64'))}`,
      },
      requests,
    ),
  'query of ampersands': () => decodeMessage({ binding: 'redirect', query: '&'.repeat(SIZE) }),
  'query of percent signs': () =>
    decodeMessage({ binding: 'redirect', query: `SAMLRequest=${'%'.repeat(SIZE)}` }),
  'form of ampersands': () => decodeMessage({ binding: 'post', body: 'a=b&'.repeat(SIZE / 4) }),
  'metadata of key descriptors': () =>
    parseMetadata(
      many(
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
        () => '<md:KeyDescriptor/>',
        '</md:IDPSSODescriptor></md:EntityDescriptor>',
        3_000,
      ),
      { now },
    ),
  'metadata of endless duration': () =>
    parseMetadata(
      `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x" cacheDuration="P${'1'.repeat(70_000)}Y"/>`,
      { now },
    ),
}

const rows = []
function measure(name, call) {
  let longest = 0
  let told
  for (let run = 0; run < 5; run++) {
    const start = performance.now()
    const verdict = call()
    // The first run also compiles; it counts, since an attacker's first message does.
    longest = Math.max(longest, performance.now() - start)
    if (verdict.ok) told = 'ACCEPTED'
    else
      told = [...new Set(verdict.findings.map(({ rule, reason }) => `${rule} ${reason}`))]
        .slice(0, 2)
        .join(', ')
  }
  rows.push({ name, longest, told })
}

measure('(the first message of all)', () => validateResponse('<a/>', expectation))
for (const [name, text] of Object.entries(inputs)) {
  measure(name, () => validateResponse(text, expectation))
  measure(`${name}, inspected`, () => inspectResponse(Buffer.from(text), expectation).verdict)
}
for (const [name, call] of Object.entries(others)) {
  const prepared = call
  measure(name, prepared)
}
rows.sort((a, b) => b.longest - a.longest)
const width = Math.max(...rows.map(({ name }) => name.length))
for (const { name, longest, told } of rows)
  console.log(`  ${name.padEnd(width)}  ${longest.toFixed(1).padStart(7)} ms  ${told}`)
const slow = rows.filter(({ longest }) => longest > LIMIT_MS)
const let_in = rows.filter(({ told }) => told === 'ACCEPTED')
console.log(
  `\n${rows.length} hostile inputs; the slowest took ${rows[0].longest.toFixed(1)} ms, ${slow.length} took more than ${LIMIT_MS} ms, ${let_in.length} were accepted.`,
)
process.exitCode = slow.length > 0 || let_in.length > 0 ? 1 : 0
