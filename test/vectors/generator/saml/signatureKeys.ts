import { constants, createHmac, sign as signWith } from 'node:crypto'
import { publicKey, type Keys } from '../keys.js'
import { cases, type Json, type More, type Vector } from '../vector.js'
import { cubeRootForgery, plusModulus } from './forgery.js'
import { MD5, RSA_MD5, RSA_SHA1, RSA_SHA256, RSA_SHA384, RSA_SHA512, SHA1, SHA256, SHA384, SHA512, type Signing } from './signing.js' // prettier-ignore
import { attribute, nameID, statement, subject, tag } from './template.js'
import { also, samlToolbox, swapped } from './toolbox.js'
import { ADMIN, ENVELOPED, EXC_C14N, NOW, PERSON, XS, XSI } from './world.js'

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'
const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'

/** Algorithms, digests and keys. */
export function signatureKeyVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'signature', [], 'saml')
  const { certificates, input, signed } = samlToolbox(keys)
  const by = (signing: Signing, more: Parameters<typeof input>[1] = {}): Json =>
    input(signed({}, {}, signing), more)

  accepted('signature-algorithm', 'sha-256', 'RSA with SHA-256', by({}))
  accepted('signature-algorithm', 'sha-384', 'RSA with SHA-384 over SHA-384', by({ method: RSA_SHA384, digestMethod: SHA384 })) // prettier-ignore
  accepted('signature-algorithm', 'sha-512', 'RSA with SHA-512 over SHA-512', by({ method: RSA_SHA512, digestMethod: SHA512 })) // prettier-ignore
  accepted('signature-algorithm', 'mixed', 'RSA with SHA-256 over SHA-512', by({ digestMethod: SHA512 }))
  const S44 = { attacks: ['S44'] }
  refused('signature-algorithm', 'sha-1', 'sha1', 'RSA with SHA-1 over SHA-1', by({ method: RSA_SHA1, digestMethod: SHA1 }), S44) // prettier-ignore
  refused('signature-algorithm', 'sha-1-signature', 'sha1', 'RSA with SHA-1 over SHA-256', by({ method: RSA_SHA1 }), S44) // prettier-ignore
  refused('signature-algorithm', 'sha-1-digest', 'sha1', 'RSA with SHA-256 over SHA-1', by({ digestMethod: SHA1 }), S44) // prettier-ignore
  refused('signature-algorithm', 'md5', 'unknown', 'RSA with MD5', by({ method: RSA_MD5 }), S44)
  refused('signature-algorithm', 'md5-digest', 'unknown', 'a digest with MD5', by({ digestMethod: MD5 }), S44)
  const S42 = { attacks: ['S42'] }
  const hmac = (method: string, key: string | Buffer): Json =>
    by({ method, value: (bytes) => createHmac(method.endsWith('sha1') ? 'sha1' : 'sha256', key).update(bytes).digest() }) // prettier-ignore
  const spki = publicKey(keys['rsa-issuer'])
  refused('signature-algorithm', 'hmac-certificate', 'unknown', 'HMAC keyed with the trusted certificate', hmac(`${MORE}hmac-sha256`, certificates.idp), S42) // prettier-ignore
  refused('signature-algorithm', 'hmac-public-key', 'unknown', 'HMAC keyed with the public key', hmac(`${MORE}hmac-sha256`, spki.export({ type: 'spki', format: 'pem' })), S42) // prettier-ignore
  refused('signature-algorithm', 'hmac-sha-1', 'unknown', 'HMAC with SHA-1, keyed with the public key in DER', hmac('http://www.w3.org/2000/09/xmldsig#hmac-sha1', spki.export({ type: 'spki', format: 'der' })), S42) // prettier-ignore
  const S45 = { attacks: ['S45'] }
  const pss: Signing = {
    method: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
    // Without a salt it is deterministic.
    value: (bytes) => signWith('RSA-SHA256', bytes, { key: samlToolbox(keys).privateKey('rsa-issuer'), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 0 }), // prettier-ignore
  }
  refused('signature-algorithm', 'pss', 'unknown', 'RSA-PSS', by(pss), S45)
  refused('signature-algorithm', 'ecdsa', 'unknown', 'ECDSA, with r = s = 0', by({ method: `${MORE}ecdsa-sha256`, value: () => Buffer.alloc(64) }, { idp: samlToolbox(keys).idp(certificates['idp-ec']) }), S45) // prettier-ignore
  const odd: readonly [string, string, string | undefined][] = [
    ['other', 'an unknown algorithm', 'urn:example:rsa'],
    ['none', 'an algorithm that is named none', 'none'],
    ['missing', 'no algorithm', undefined],
    ['empty', 'an empty name', ''],
    ['case', 'the name in another case', RSA_SHA256.replace('rsa', 'RSA')],
    ['host-case', 'the name with its host in upper case', RSA_SHA256.replace('www.w3.org', 'WWW.W3.ORG')],
    ['https', 'the name with https', RSA_SHA256.replace('http:', 'https:')],
    ['white-space', 'the name with a space', `${RSA_SHA256} `],
    ['short', 'the name without its namespace', 'rsa-sha256'],
    ['constructor', 'an algorithm that is named like a member of every object', 'constructor'],
    ['proto', 'an algorithm that is named __proto__', '__proto__'],
    ['digest', 'a digest as the method of the signature', SHA256],
    ['ripemd', 'RSA with RIPEMD-160', `${MORE}rsa-ripemd160`],
  ]
  for (const [name, title, algorithm] of odd) {
    const written = algorithm === undefined ? '' : ` Algorithm="${algorithm}"`
    const instead = (element: string): Json =>
      by({
        editInfo: (text) => text.replace(new RegExp(`<ds:${element}[^>]*>`), `<ds:${element}${written}/>`),
      })
    refused('signature-algorithm', `method-${name}`, 'unknown', `SignatureMethod: ${title}`, instead('SignatureMethod'), S45) // prettier-ignore
    if (name !== 'digest') refused('signature-algorithm', `digest-${name}`, 'unknown', `DigestMethod: ${title}`, instead('DigestMethod'), S45) // prettier-ignore
  }
  const S35 = { attacks: ['S35'] }
  const canonicalizations: readonly [string, string, string, More][] = [
    ['inclusive', 'inclusive', C14N, S45],
    ['inclusive-with-comments', 'inclusive, with comments', `${C14N}#WithComments`, S35],
    ['with-comments', 'exclusive, with comments', `${EXC_C14N}WithComments`, S35],
    ['1-1', 'Canonical XML 1.1', 'http://www.w3.org/2006/12/xml-c14n11', S45],
    ['unknown', 'unknown', 'urn:example:c14n', S45],
    ['enveloped', 'a transform', ENVELOPED, S45],
    ['proto', 'named __proto__', '__proto__', S45],
  ]
  for (const [name, title, canonicalization, more] of canonicalizations) {
    const inclusively: Signing = /^inclusive|^1/.test(name) ? { signedInfoPrefixes: ['saml', 'samlp'] } : {}
    refused('signature-algorithm', `canonicalization-${name}`, 'canonicalization', `CanonicalizationMethod: ${title}`, by({ canonicalization, ...inclusively }), more) // prettier-ignore
  }
  const meaning = cases('response', 'meaning', ['S44'], 'saml')
  const allowed = { allowSHA1: true }
  meaning.accepted('sha1', 'not-used', 'SHA-1 allowed and not used', by({}, allowed))
  meaning.warned('sha1', 'used', 'used', 'SHA-1 allowed and used', by({ method: RSA_SHA1, digestMethod: SHA1 }, allowed)) // prettier-ignore
  meaning.warned('sha1', 'digest', 'used', 'SHA-1 allowed and used for the digest', by({ digestMethod: SHA1 }, allowed)) // prettier-ignore
  meaning.warned('sha1', 'signature', 'used', 'SHA-1 allowed and used for the signature', by({ method: RSA_SHA1 }, allowed)) // prettier-ignore
  refused('signature-algorithm', 'md5-allowed', 'unknown', 'MD5 where SHA-1 is allowed', by({ method: RSA_MD5 }, allowed), S44) // prettier-ignore
  return [...vectors, ...meaning.vectors, ...digestVectors(keys), ...keyVectors(keys)]
}

/** Whether what was signed is what came. */
function digestVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'signature', [], 'saml')
  const { input, signed, responseSigned, bothSigned } = samlToolbox(keys)
  const text = signed({ statement: statement(attribute('team', 'blue')) })
  const changed = (from: string, to: string): Json => input(swapped(text, from, to))

  accepted('digest', 'unchanged', 'a message as it was signed', input(text))
  accepted('digest', 'quotes', 'other quotes, other white space in tags, attributes in another order', input(text.replace(/<saml:Conditions ([^\s>]+) ([^\s>]+)>/, '<saml:Conditions\n  $2 $1 >').replace('Name="team"', "Name='team'"))) // prettier-ignore
  accepted('digest', 'empty-elements', 'empty elements with an end tag of their own', input(text.replace(/<(samlp:StatusCode)([^>]*)\/>/, '<$1$2></$1>'))) // prettier-ignore
  accepted('digest', 'references', 'a character that is written as a reference afterwards', changed('>blue<', '>bl&#117;e<')) // prettier-ignore
  accepted('digest', 'unsigned-around', 'the Response around a signed assertion, changed', changed('ID="_response-1"', 'ID="_response-2"')) // prettier-ignore
  const edits: readonly [string, string, string[], Json][] = [
    ['name-id', 'another NameID', ['S02'], changed(PERSON, ADMIN)],
    ['value', 'another value of an attribute', ['S02'], changed('>blue<', '>red<')],
    ['time', 'a later end', ['S86'], input(text.replaceAll('08:05:00Z', '09:05:00Z'))],
    [
      'white-space',
      'a line break between two elements',
      ['S31'],
      changed('<saml:Conditions', '\n<saml:Conditions'),
    ],
    ['prefix', 'other prefixes', ['S31'], input(text.replaceAll('<saml:', '<x:').replaceAll('</saml:', '</x:').replace('xmlns:saml=', 'xmlns:x='))], // prettier-ignore
    ['normalized', 'a letter and its accent as one character', ['S94'], input(swapped(signed({ statement: statement(attribute('name', 'e\u0301')) }), 'e\u0301', '\u00e9'))], // prettier-ignore
    ['line-end', 'a carriage return, written as a reference', ['S66'], changed('>blue<', '>blue&#xD;<')],
    ['namespace-declared', 'the prefix of the assertion, redefined in a child', ['S34'], changed('<saml:AttributeStatement>', '<saml:AttributeStatement xmlns:saml="urn:e">')], // prettier-ignore
    ['response-name-id', 'another NameID in a signed Response', ['S02'], input(swapped(responseSigned(), PERSON, ADMIN))], // prettier-ignore
    ['both-response', 'a changed Response around an assertion that is still right', ['S13'], input(swapped(bothSigned(), 'ID="_response-1" InResponseTo="_request-1"', 'ID="_response-1" InResponseTo="_request-2"'))], // prettier-ignore
    ['both-assertion', 'a changed assertion: neither signature holds', ['S13'], input(swapped(bothSigned(), PERSON, ADMIN))], // prettier-ignore
  ]
  for (const [name, title, attacks, message] of edits)
    refused('digest', name, 'mismatch', title, message, { attacks })

  const typed = attribute(
    'team',
    tag('saml:AttributeValue', { 'xmlns:xsi': XSI, 'xsi:type': 'xs:string' }, 'blue'),
  )
  const listed = (prefixes: readonly string[]): string =>
    signed({ statement: statement(typed) }, { attributes: { 'xmlns:xs': XS } }, { prefixes })
  const redefined = (message: string): Json => input(swapped(message, `xmlns:xs="${XS}"`, 'xmlns:xs="urn:e"'))
  const S34 = { attacks: ['S34'] }
  accepted(
    'digest',
    'prefix-list',
    'a prefix that is listed, declared around the assertion',
    input(listed(['xs'])),
    S34,
  )
  refused('digest', 'prefix-list-redefined', 'mismatch', 'the same, declared otherwise after signing', redefined(listed(['xs'])), S34) // prettier-ignore
  refused('digest', 'prefix-list-removed', 'mismatch', 'the same, declared no more', input(swapped(listed(['xs']), ` xmlns:xs="${XS}"`, '')), S34) // prettier-ignore
  refused('digest', 'prefix-list-added', 'mismatch', 'a PrefixList of prefixes that were not there when it was signed', input(swapped(signed({}, {}, { prefixes: ['e'] }), '<samlp:Response ', '<samlp:Response xmlns:e="urn:e" ')), S34) // prettier-ignore
  accepted('digest', 'prefix-not-listed', 'a prefix that is not listed and not visibly used, declared otherwise after signing', redefined(listed([])), S34) // prettier-ignore
  const digest = (of: (made: Buffer) => string): Json => input(signed({}, {}, { digestValue: of }))
  const loose: readonly [string, string, string[], Json][] = [
    ['prefix-of-digest', 'the first half of the digest', ['S46'], digest((made) => made.subarray(0, 16).toString('base64'))], // prettier-ignore
    ['longer', 'the digest with a byte after it', ['S46'], digest((made) => Buffer.concat([made, Buffer.of(0)]).toString('base64'))], // prettier-ignore
    ['hexadecimal', 'the digest in hexadecimal', ['S46'], digest((made) => Buffer.from(made.toString('hex')).toString('base64'))], // prettier-ignore
    ['numeric', 'a text that some languages compare as the number 0', ['S46'], digest(() => Buffer.from('0e1234567890').toString('base64'))], // prettier-ignore
    ['last-bit', 'another last bit', ['S46'], digest((made) => Buffer.concat([made.subarray(0, 31), Buffer.of(made[31]! ^ 1)]).toString('base64'))], // prettier-ignore
    ['of-nothing', 'the digest of nothing, as a canonicalizer that failed has it', ['S26'], input(signed({ subject: subject(nameID(ADMIN)) }, {}, { digested: () => '' }))], // prettier-ignore
    ['of-subject', 'the digest of the Subject alone', ['S16'], input(signed({}, {}, { digested: (canonical) => /<saml:Subject>.*<\/saml:Subject>/.exec(canonical)?.[0] ?? '' }))], // prettier-ignore
  ]
  for (const [name, title, attacks, message] of loose)
    refused('digest', name, 'mismatch', title, message, { attacks })
  return vectors
}

/** Whose key signed. */
function keyVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'signature', [], 'saml')
  const { certificates, idp, input, signed, bothSigned, privateKey } = samlToolbox(keys)
  const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\n/g, '')
  const bring = (pem: string): string => `<ds:KeyInfo><ds:X509Data><ds:X509Certificate>${bare(pem)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>` // prettier-ignore
  const trusting = (...trusted: readonly string[]) => ({ idp: idp(...trusted) })
  const evil = { subject: subject(nameID(ADMIN)) }
  const attacker = privateKey('rsa-attacker')
  const text = signed()

  const names: readonly [string, string, string, string, string][] = [
    ['expired', 'idp-expired', 'expired', 'a certificate that expired two weeks ago', 'the same, and expired certificates are allowed'], // prettier-ignore
    ['not-yet', 'idp-not-yet', 'not-yet', 'a certificate that is valid from next year', 'the same, and certificates that are not valid now are allowed'], // prettier-ignore
  ]
  accepted('certificate-expired', 'valid', 'a certificate that is valid now', input(text))
  for (const [name, of, reason, title, allowed] of names) {
    const trusted = trusting(certificates[of as 'idp-expired'])
    refused('certificate-expired', name, reason, title, input(text, trusted))
    accepted('certificate-expired', `${name}-allowed`, allowed, input(text, { ...trusted, allowExpiredCertificates: true })) // prettier-ignore
  }
  const ends = trusting(certificates['idp-ends-now'])
  const begins = trusting(certificates['idp-begins-now'])
  accepted('certificate-expired', 'last-second', 'a certificate in its last second', input(text, ends))
  refused('certificate-expired', 'second-after', 'expired', 'a certificate one second after its end: no clock skew is granted', input(text, ends), { now: NOW + 1 }) // prettier-ignore
  accepted('certificate-expired', 'first-second', 'a certificate in its first second', input(text, begins))
  refused('certificate-expired', 'second-before', 'not-yet', 'a certificate one second before its beginning', input(text, begins), { now: NOW - 1 }) // prettier-ignore
  accepted('certificate-expired', 'other-valid', 'an expired certificate, and a valid one of the same key', input(text, trusting(certificates['idp-expired'], certificates.idp))) // prettier-ignore

  accepted('signature', 'trusted', 'a signature by the key of the trusted certificate', input(text))
  accepted('signature', 'second', 'two trusted certificates, of which the second verifies', input(text, trusting(certificates['idp-next'], certificates.idp))) // prettier-ignore
  accepted('signature', 'rotation', 'the same certificates, and a signature by the key of the new one', input(signed({}, {}, { key: privateKey('rsa-other') }), trusting(certificates['idp-next'], certificates.idp))) // prettier-ignore
  accepted('signature', 'exponent-3', 'an RSA key with the exponent 3', input(signed({}, {}, { key: privateKey('rsa-exponent-3') }), trusting(certificates['idp-exponent-3']))) // prettier-ignore
  accepted('signature', 'key-info', 'KeyInfo with the trusted certificate', input(signed({}, {}, { keyInfo: bring(certificates.idp) }))) // prettier-ignore
  accepted('signature', 'key-info-other', 'KeyInfo with a certificate of another key: it is not looked at', input(signed({}, {}, { keyInfo: bring(certificates['idp-next']) })), { attacks: ['S40'] }) // prettier-ignore
  accepted('signature', 'key-info-broken', 'KeyInfo with a certificate that is none', input(signed({}, {}, { keyInfo: bring('AAAA') })), { attacks: ['S40'] }) // prettier-ignore
  const S40 = ['S40']
  const forged: readonly [string, string, string, string[], Json][] = [
    [
      'other-key',
      'mismatch',
      'a signature by another key',
      ['S48'],
      input(signed(evil, {}, { key: attacker })),
    ],
    ['removed', 'mismatch', 'a signature by a key whose certificate is no longer trusted', ['S48'], input(text, trusting(certificates['idp-next']))], // prettier-ignore
    ['key-info', 'untrusted-certificate', "the attacker's key, and KeyInfo with a certificate of it", S40, input(signed(evil, {}, { key: attacker, keyInfo: bring(certificates['idp-look-alike']) }))], // prettier-ignore
    ['look-alike', 'untrusted-certificate', 'a certificate of the same subject, issuer and serial number, and another key', ['S41'], input(signed(evil, {}, { key: attacker, keyInfo: bring(certificates['idp-look-alike']) }), trusting(certificates.idp, certificates['idp-next']))], // prettier-ignore
    ['key-info-trusted', 'mismatch', "the attacker's key, and KeyInfo with the trusted certificate", S40, input(signed(evil, {}, { key: attacker, keyInfo: bring(certificates.idp) }))], // prettier-ignore
    ['key-info-both', 'mismatch', 'KeyInfo with the trusted certificate, and then that of the key', S40, input(signed(evil, {}, { key: attacker, keyInfo: bring(certificates.idp).replace('</ds:X509Data>', `<ds:X509Certificate>${bare(certificates['idp-look-alike'])}</ds:X509Certificate></ds:X509Data>`) }))], // prettier-ignore
    ['key-value', 'mismatch', "KeyInfo with the attacker's key itself", S40, input(signed(evil, {}, { key: attacker, keyInfo: keyValue(keys) }))], // prettier-ignore
    ['key-name', 'mismatch', 'KeyInfo with a file name', S40, input(signed(evil, {}, { key: attacker, keyInfo: '<ds:KeyInfo><ds:KeyName>../../evil.pem</ds:KeyName></ds:KeyInfo>' }))], // prettier-ignore
    ['retrieval', 'mismatch', 'KeyInfo with an address to fetch the key from', S40, input(signed(evil, {}, { key: attacker, keyInfo: '<ds:KeyInfo><ds:RetrievalMethod URI="https://evil.example/key"/></ds:KeyInfo>' }))], // prettier-ignore
    ['ec-certificate', 'mismatch', 'an EC certificate as the only trusted one', ['S45'], input(text, trusting(certificates['idp-ec']))], // prettier-ignore
    ['exponent-3-forged', 'mismatch', 'a number whose cube begins like a signature: a key with the exponent 3', ['S47'], input(signed(evil, {}, { value: (bytes) => cubeRootForgery(bytes) }), trusting(certificates['idp-exponent-3']))], // prettier-ignore
  ]
  for (const [name, reason, title, attacks, message] of forged) refused('signature', name === 'key-info' ? 'key-info-attacker' : name, reason, title, message, { attacks }) // prettier-ignore
  const value = (edit: (made: Buffer) => Buffer): Json =>
    input(signed({}, {}, { valueText: (made) => edit(made).toString('base64') }))
  const values: readonly [string, string, (made: Buffer) => Buffer][] = [
    ['bit', 'a value with another bit', (made) => Buffer.concat([made.subarray(0, 100), Buffer.of(made[100]! ^ 1), made.subarray(101)])], // prettier-ignore
    ['shorter', 'a value that is a byte too short', (made) => made.subarray(0, 255)],
    ['leading-zero', 'a value with a zero byte before it', (made) => Buffer.concat([Buffer.of(0), made])],
    ['longer', 'a value with a byte after it', (made) => Buffer.concat([made, Buffer.of(0)])],
    ['zeros', 'zeros', () => Buffer.alloc(256)],
    ['one', 'the number 1', () => Buffer.concat([Buffer.alloc(255), Buffer.of(1)])],
    ['plus-modulus', 'the value plus the modulus', (made) => plusModulus(made, keys['rsa-issuer'])],
    ['one-byte', 'one byte', () => Buffer.of(1)],
  ]
  for (const [name, title, edit] of values) refused('signature', `value-${name}`, 'mismatch', title, value(edit), { attacks: ['S47'] }) // prettier-ignore
  const swappedInfo = signed(
    {},
    {},
    { edit: (made) => made.replace('<ds:SignedInfo>', '<ds:SignedInfo Id="_x">') },
  )
  refused('signature', 'signed-info-changed', 'mismatch', 'a SignedInfo that was changed after it was signed', input(swappedInfo), { attacks: ['S18'] }) // prettier-ignore
  refused('signature', 'digest-swapped', 'mismatch', 'a forged assertion with its own digest, and the value of a genuine signature', input(revalued()), { attacks: ['S21'] }) // prettier-ignore
  refused('signature', 'both-response', 'mismatch', "a Response that the attacker signed around the identity provider's assertion", input(bothSigned({}, {}, {}, { key: attacker })), { attacks: ['S13'] }) // prettier-ignore
  refused('signature', 'both-assertion', 'mismatch', "an attacker's assertion in a Response that the identity provider signed", input(bothSigned({}, {}, { key: attacker })), { attacks: ['S13'] }) // prettier-ignore
  refused('signature', 'both-of-attacker', 'mismatch', 'an unknown key in the Response and a broken digest in the assertion', input(bothSigned({}, {}, { digested: () => 'x' }, { key: attacker })), { attacks: ['S13'], ...also('digest mismatch') }) // prettier-ignore
  return vectors

  function revalued(): string {
    const other = signed(evil)
    const valueOf = (of: string): string => /<ds:SignatureValue>(.*?)</.exec(of)?.[1] ?? ''
    return swapped(other, valueOf(other), valueOf(text))
  }
}

function keyValue(keys: Keys): string {
  const { n = '', e = '' } = keys['rsa-attacker']
  const number = (value: string): string => Buffer.from(value, 'base64url').toString('base64')
  return `<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>${number(n)}</ds:Modulus><ds:Exponent>${number(e)}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>` // prettier-ignore
}
