import { describe, expect, it } from 'vitest'
import { inspectMetadata, parseMetadata } from '../../src/saml/metadata.js'
import { metadataRules } from '../../src/saml/metadata/rules.js'
import type { MetadataOptions } from '../../src/saml/metadata/types.js'
import { EMAIL_ADDRESS, EMAIL_ADDRESS_TYPO, HTTP_POST } from '../../src/saml/names.js'
import { told } from '../support/saml.js'
import {
  acsOf,
  CERTIFICATE,
  EC,
  EXPIRED,
  formatOf,
  group,
  IDP,
  idp,
  infoOf,
  keyOf,
  NEXT,
  NOT_YET,
  NOW,
  PROTOCOL,
  signInOf,
  sp,
  WEAK,
} from './metadataDocuments.js'

type Case = readonly [
  rule: string,
  reason: string,
  xml: string | Uint8Array,
  more?: Partial<MetadataOptions> | undefined,
  /** Other rules that the document breaks as well. */
  others?: readonly string[],
]

const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Uint8Array =>
  new Uint8Array(Buffer.from(text, encoding))
const both = idp({ more: /<md:SPSSO.*<\/md:SPSSODescriptor>/.exec(sp())?.[0] ?? '' })
const twice = idp({ more: /<md:IDPSSO.*<\/md:IDPSSODescriptor>/.exec(idp())?.[0] ?? '' })
const entity = (rest: string): string => idp({ entity: rest })
const role = (rest: string): string => idp({ role: `protocolSupportEnumeration="${PROTOCOL}" ${rest}` })
const keys = (...list: string[]): string => idp({ keys: list.join('') })
const location = (url: string): string => idp({ endpoints: signInOf(url) })
const formats = (...list: string[]): string => idp({ formats: list.map(formatOf).join('') })
const acs = (...list: string[]): string => sp({ endpoints: list.join('') })
const id = (value: string, local = 'ID'): string => `entityID="${IDP}" ${local}="${value}"`
const until = (text: string): string => entity(`entityID="${IDP}" validUntil="${text}"`)
const cache = (text: string): string => entity(`entityID="${IDP}" cacheDuration="${text}"`)

const refusals: readonly Case[] = [
  ['saml/metadata-form', 'empty', ''],
  ['saml/metadata-form', 'empty', ' \n'],
  ['saml/metadata-form', 'base64', Buffer.from(idp()).toString('base64')],
  ['saml/metadata-form', 'base64', bytes(Buffer.from(idp()).toString('base64'))],
  ['saml/metadata-form', 'html', '<!DOCTYPE html><html><body>Sign in</body></html>'],
  ['saml/metadata-form', 'html', bytes('\n<HTML>')],
  ['saml/metadata-form', 'pem', '-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n'],
  ['saml/metadata-form', 'json', '{"issuer":"https://idp.example.com"}'],
  ['saml/metadata-form', 'url', 'https://idp.example.com/metadata\n'],
  ['saml/metadata-form', 'browser-view', `This XML file does not appear to have any style information.\n${idp()}`],
  ['saml/metadata-form', 'text-before', `metadata: ${idp()}`],
  ['saml/metadata-form', 'not-xml', 'hello'],
  ['saml/metadata-form', 'not-xml', 42 as unknown as string],
  ['saml/metadata-form', 'not-xml', new Uint8Array([0xc3, 0x28, 0x31])],
  ['saml/message-size', 'too-large', idp({ more: `<!--${'x'.repeat(262_144)}-->` }), {}, ['saml/metadata-size too-large']],
  ['saml/metadata-byte-order-mark', 'present', bytes(`\ufeff${idp()}`)],
  ['saml/metadata-byte-order-mark', 'present', `\ufeff${idp()}`],
  ['saml/encoding', 'utf-16', bytes(`\ufeff${idp()}`, 'utf16le')],
  ['saml/encoding', 'utf-16', bytes(idp(), 'utf16le')],
  ['saml/encoding', 'declared', `<?xml version="1.0" encoding="ISO-8859-1"?>${idp()}`],
  ['saml/encoding', 'invalid-utf-8', bytes(idp({ more: '<!--\u00e9-->' }), 'latin1')],
  ['saml/xml-doctype', 'present', `<!DOCTYPE md:EntityDescriptor [<!ENTITY a "b">]>${idp()}`],
  ['saml/xml-well-formed', 'outside-root', `${idp()}\nEND`],
  ['saml/xml-well-formed', 'after-root', idp() + idp()],
  ['saml/metadata-root', 'root', '<a/>'],
  ['saml/metadata-root', 'root', `<md:IDPSSODescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>`],
  ['saml/metadata-root', 'namespace', idp().replace('SAML:2.0:metadata', 'SAML:2.0:protocol')],
  ['saml/metadata-id', 'duplicate', idp({ entity: id('_a'), more: '<a xmlns="urn:x" Id="_a"/>' })],
  ['saml/metadata-entity', 'unchosen', group(idp())],
  ['saml/metadata-entity', 'unchosen', group()],
  ['saml/metadata-entity', 'none', group(idp(), sp()), { entityID: 'https://elsewhere.example.com' }],
  ['saml/metadata-entity', 'none', group(), { entityID: IDP }],
  ['saml/metadata-entity', 'several', group(idp(), group(idp())), { entityID: IDP }],
  ['saml/metadata-entity', 'trailing-slash', group(idp()), { entityID: `${IDP}/` }],
  ['saml/metadata-entity', 'case', idp(), { entityID: IDP.toUpperCase() }],
  ['saml/metadata-entity', 'none', idp(), { entityID: 'https://elsewhere.example.com' }],
  ['saml/metadata-entity-id', 'missing', entity('')],
  ['saml/metadata-entity-id', 'empty', entity('entityID=""')],
  ['saml/metadata-entity-id', 'too-long', entity(`entityID="urn:${'x'.repeat(1021)}"`)],
  ['saml/metadata-entity-id', 'white-space', entity('entityID=" https://idp.example.com"'), {}, ['saml/metadata-entity-id-uri relative']],
  ['saml/metadata-entity-id', 'white-space', entity('entityID="https://idp.example.com/&#10;"')],
  ['saml/metadata-entity-id', 'malformed', entity('entityID="https:/keycloak/realms/platform"')],
  ['saml/metadata-entity-id', 'malformed', entity('entityID="https://"')],
  ['saml/metadata-entity-id-uri', 'relative', entity('entityID="authentik"')],
  ['saml/metadata-role', 'missing', `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${IDP}"><md:AttributeAuthorityDescriptor protocolSupportEnumeration="${PROTOCOL}"/></md:EntityDescriptor>`],
  ['saml/metadata-role', 'protocol', idp({ role: 'protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"' })],
  ['saml/metadata-role', 'protocol', idp({ role: '' })],
  ['saml/metadata-role', 'several', twice],
  ['saml/metadata-boolean', 'malformed', role('WantAuthnRequestsSigned="yes"')],
  ['saml/metadata-boolean', 'malformed', role('WantAuthnRequestsSigned="TRUE"')],
  ['saml/metadata-boolean', 'malformed', sp({ role: `protocolSupportEnumeration="${PROTOCOL}" AuthnRequestsSigned="" WantAssertionsSigned="on"` })],
  ['saml/metadata-boolean', 'malformed', acs(acsOf('index="0" isDefault="True"'))],
  ['saml/metadata-cache-duration', 'malformed', cache('6 hours')],
  ['saml/metadata-cache-duration', 'malformed', cache('-PT6H')],
  ['saml/metadata-cache-duration', 'malformed', cache('P')],
  ['saml/metadata-cache-duration', 'malformed', cache('P1DT')],
  ['saml/metadata-cache-duration', 'malformed', cache('PT1D')],
  ['saml/metadata-cache-duration', 'malformed', cache('P1S')],
  ['saml/metadata-cache-duration', 'too-long', cache('P101Y')],
  ['saml/metadata-cache-duration', 'too-long', role('cacheDuration="PT999999999H"')],
  ['saml/metadata-valid-until', 'expired', until('2026-11-25T12:00:00Z')],
  ['saml/metadata-valid-until', 'expired', until('2024-11-16T16:42:58.000Z')],
  ['saml/metadata-valid-until', 'expired', role('validUntil="2024-11-16T16:42:58Z"')],
  ['saml/metadata-valid-until', 'expired', group(idp()).replace('<md:EntitiesDescriptor', '<md:EntitiesDescriptor validUntil="2024-11-16T16:42:58Z"'), { entityID: IDP }],
  ['saml/metadata-valid-until', 'malformed', until('2031-11-25')],
  ['saml/metadata-valid-until', 'malformed', until('2031-11-25T12:00:00')],
  ['saml/metadata-valid-until', 'malformed', until('2031-02-30T12:00:00Z')],
  ['saml/metadata-certificate', 'missing', keys()],
  ['saml/metadata-certificate', 'missing', keys('<md:KeyDescriptor><ds:KeyInfo><ds:KeyName>a</ds:KeyName></ds:KeyInfo></md:KeyDescriptor>'), {}, ['saml/metadata-key-without-certificate missing']],
  ['saml/metadata-certificate', 'missing', keys(keyOf(CERTIFICATE, 'encryption')), {}, ['saml/metadata-encryption-key present']],
  ['saml/metadata-key', 'use', keys(keyOf(CERTIFICATE), keyOf(NEXT, 'Signing'))],
  ['saml/metadata-key', 'several', keys(`<md:KeyDescriptor>${infoOf(CERTIFICATE, NEXT)}</md:KeyDescriptor>`)],
  ['saml/metadata-key', 'several', keys(`<md:KeyDescriptor>${infoOf(CERTIFICATE)}${infoOf(NEXT)}</md:KeyDescriptor>`)],
  ['saml/metadata-key-without-certificate', 'missing', keys(keyOf(CERTIFICATE), '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:KeyValue/></ds:KeyInfo></md:KeyDescriptor>')],
  ['saml/metadata-encryption-key', 'present', keys(keyOf(CERTIFICATE), keyOf(NEXT, 'encryption'))],
  ['saml/metadata-encryption-key', 'present', sp({ keys: keyOf(NEXT, 'encryption') })],
  ['saml/metadata-certificate-validity', 'expired', keys(keyOf(CERTIFICATE), keyOf(EXPIRED))],
  ['saml/metadata-certificate-validity', 'not-yet', keys(keyOf(CERTIFICATE), keyOf(NOT_YET))],
  ['saml/metadata-certificate-validity', 'expired', sp({ keys: keyOf(EXPIRED) })],
  ['saml/metadata-certificate-current', 'none-valid', keys(keyOf(EXPIRED)), {}, ['saml/metadata-certificate-validity expired']],
  ['saml/metadata-certificate-current', 'no-rsa', keys(keyOf(EC)), {}, ['saml/certificate-ec unusable']],
  ['saml/certificate-form', 'base64', keys(keyOf('%%%'))],
  ['saml/certificate-form', 'base64', keys(keyOf(''))],
  ['saml/certificate-form', 'base64', keys(keyOf('<a/>'))],
  ['saml/certificate-form', 'malformed', keys(keyOf(CERTIFICATE), keyOf('AAAA'))],
  ['saml/certificate-weak', 'size', keys(keyOf(WEAK))],
  ['saml/metadata-sign-in-url', 'missing', idp({ endpoints: '' })],
  ['saml/metadata-sign-in-url', 'missing', idp({ endpoints: acsOf() })],
  ['saml/metadata-sign-in-url', 'binding', idp({ endpoints: signInOf('https://idp.example.com', 'urn:oasis:names:tc:SAML:2.0:bindings:SOAP') })],
  ['saml/metadata-sign-in-url', 'binding', idp({ endpoints: '<md:SingleSignOnService Location="https://idp.example.com"/>' })],
  ['saml/metadata-acs', 'missing', acs()],
  ['saml/metadata-acs', 'binding', acs(acsOf('index="0"', 'https://app.example.com', 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'))],
  ['saml/metadata-location', 'missing', location('')],
  ['saml/metadata-location', 'missing', idp({ endpoints: `<md:SingleSignOnService Binding="${HTTP_POST}"/>` })],
  ['saml/metadata-location', 'relative', location('/saml/sso')],
  ['saml/metadata-location', 'relative', location('//idp.example.com/sso')],
  ['saml/metadata-location', 'relative', location(' javascript:alert(1)')],
  ['saml/metadata-location', 'relative', location('java&#10;script:alert(1)')],
  ['saml/metadata-location', 'scheme', location('javascript:alert(1)')],
  ['saml/metadata-location', 'scheme', location('JavaScript://idp.example.com/%0aalert(1)')],
  ['saml/metadata-location', 'scheme', location('data:text/html,x')],
  ['saml/metadata-location', 'scheme', location('file:///etc/passwd')],
  ['saml/metadata-location', 'scheme', acs(acsOf('index="0"', 'javascript:alert(1)'))],
  ['saml/metadata-location', 'malformed', location('https:/idp.example.com/sso')],
  ['saml/metadata-location', 'malformed', location('https:\\\\idp.example.com\\sso')],
  ['saml/metadata-location', 'malformed', location('https:idp.example.com')],
  ['saml/metadata-location', 'malformed', location('https://')],
  ['saml/metadata-location', 'malformed', location('https:///sso')],
  ['saml/metadata-location', 'malformed', location('https://idp.example.com:port/sso')],
  ['saml/metadata-location', 'malformed', location('https://idp.example.com/a b')],
  ['saml/metadata-location', 'malformed', location('https://idp.example.com/sso ')],
  ['saml/metadata-location', 'malformed', location('https://idp.example.com/&quot;onload')],
  ['saml/metadata-location', 'malformed', location('https://idp.example.com/%zz')],
  ['saml/metadata-location', 'malformed', location('https://b\u00fccher.example.com/')],
  ['saml/metadata-location', 'malformed', location('https://[::1/')],
  ['saml/metadata-location', 'credentials', location('https://user:secret@idp.example.com/')],
  ['saml/metadata-location', 'credentials', location('https://idp.example.com@evil.example.com/')],
  ['saml/metadata-location', 'credentials', location('https://@idp.example.com/')],
  ['saml/metadata-location', 'fragment', location('https://idp.example.com/#sso')],
  ['saml/metadata-location-http', 'http', location('http://idp.example.com/sso')],
  ['saml/metadata-location-http', 'http', acs(acsOf('index="0"', 'HTTP://app.example.com/acs'))],
  ['saml/metadata-acs-index', 'missing', acs(acsOf(''))],
  ['saml/metadata-acs-index', 'malformed', acs(acsOf('index="65536"'))],
  ['saml/metadata-acs-index', 'malformed', acs(acsOf('index="-1"'))],
  ['saml/metadata-acs-index', 'malformed', acs(acsOf('index="0x1"'))],
  ['saml/metadata-acs-index', 'duplicate', acs(acsOf('index="1"'), acsOf('index="01"'))],
  ['saml/metadata-nameid-format', 'other', formats('urn:oasis:names:tc:SAML:2.0:nameid-format:persistent')],
  ['saml/metadata-nameid-format', 'other', formats('urn:oasis:names:tc:SAML:2.0:nameid-format:emailAddress')],
  ['saml/metadata-nameid-format', 'other', formats('')],
  ['saml/metadata-nameid-format', 'documentation-typo', formats('urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified', EMAIL_ADDRESS_TYPO)],
  ['saml/metadata-nameid-format-missing', 'missing', formats()],
] // prettier-ignore

const passing: readonly (readonly [what: string, xml: string | Uint8Array, more?: Partial<MetadataOptions>])[] = [
  ['an identity provider', idp()],
  ['a service provider', sp()],
  ['bytes', bytes(idp())],
  ['an entity that is both', both],
  ['a declaration and a line end', `<?xml version="1.0" encoding="UTF-8"?>\n${idp()}\n`],
  ['the entity that is asked for', idp(), { entityID: IDP }],
  ['one of a group', group(sp({ entity: 'entityID="urn:a"' }), group(idp())), { entityID: IDP }],
  ['a group whose other members have faults', group(idp({ entity: 'entityID="x"', keys: '' }), idp()), { entityID: IDP }],
  ['an entityID of 1,024 characters', entity(`entityID="urn:${'\u{1f600}'.repeat(1020)}"`)],
  ['a URN as entityID', entity('entityID="urn:example:idp"')],
  ['a second descriptor of another protocol', idp({ more: '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol"/>' })],
  ['several protocols in one descriptor', idp({ role: `protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol\n${PROTOCOL}"` })],
  ['booleans', role('WantAuthnRequestsSigned="1"')],
  ['a cache duration', cache('P1DT12H')],
  ['metadata in its last second', until('2026-11-25T12:00:01Z')],
  ['metadata in a part of its last second', until('2026-11-25T12:00:00.5Z')],
  ['a key without a use', idp({ keys: `<md:KeyDescriptor>${infoOf(CERTIFICATE)}</md:KeyDescriptor>` })],
  ['the same certificate twice in one key', keys(`<md:KeyDescriptor>${infoOf(CERTIFICATE, CERTIFICATE)}</md:KeyDescriptor>`)],
  ['two keys', keys(keyOf(CERTIFICATE), keyOf(NEXT))],
  ['a URL with a port and a query', location('https://idp.example.com:8443/sso?id=1&amp;x=%20')],
  ['a URL with an address', location('https://[2001:db8::1]/sso')],
  ['a URL of a binding that is passed over', idp({ endpoints: signInOf() + signInOf('javascript:x', 'urn:x') })],
  ['several ACS URLs', acs(acsOf('index="0"'), acsOf('index="65535" isDefault="true"'))],
  ['a signature that nobody asked about', idp({ more: '<ds:Signature/>' })],
  ['attributes that are no IDs', idp({ more: '<a xmlns="urn:x" to="1"/><a xmlns="urn:x" to="1"/>' })],
  ['white space around a NameIDFormat', formats(`\n  ${EMAIL_ADDRESS}\n`)],
  ['the right NameIDFormat beside the misprinted one', formats(EMAIL_ADDRESS_TYPO, EMAIL_ADDRESS)],
] // prettier-ignore

const severities = new Map(metadataRules.map(({ id: rule, severity }) => [rule as string, severity]))

describe('the rules of metadata', () => {
  it.each(
    refusals.map(([rule, reason, xml, more = {}, others = []]) => ({ rule, reason, xml, more, others })),
  )('$rule ($reason) #%#', ({ rule, reason, xml, more, others }) => {
    const options = { now: NOW, ...more }
    const inspection = inspectMetadata(xml, options)
    const findings = inspection.rules.flatMap((outcome) => outcome.findings)
    expect(told(findings)).toEqual([`${rule} ${reason}`, ...others].sort())
    const severity = severities.get(rule) ?? (rule.startsWith('saml/certificate-weak') ? 'warning' : 'error')
    const verdict = parseMetadata(xml, options)
    expect(verdict.ok).toBe(severity === 'warning')
    expect(told(verdict.findings)).toContain(`${rule} ${reason}`)
    // A gate stops; what an inspection tells beyond it is the same and more.
    for (const finding of verdict.findings) expect(inspection.verdict.findings).toContainEqual(finding)
    expect(inspection.verdict.ok).toBe(verdict.ok)
  })

  it.each(passing.map(([what, xml, more]) => ({ what, xml, more })))('pass $what', ({ xml, more }) => {
    const verdict = parseMetadata(xml, { now: NOW, ...more })
    expect(told(verdict.findings)).toEqual([])
    expect(verdict.ok).toBe(true)
  })

  it('each refuse something in this table, and each pass', () => {
    const refused = new Set(refusals.map(([rule]) => rule))
    // The limit on characters has a table of its own.
    refused.add('saml/metadata-size')
    expect(metadataRules.map(({ id: rule }) => rule).filter((rule) => !refused.has(rule))).toEqual([])
    const passed = new Set(
      passing.flatMap(([, xml, more]) =>
        inspectMetadata(xml, { now: NOW, ...more })
          .rules.filter(({ outcome }) => outcome === 'pass')
          .map(({ rule }) => rule.id),
      ),
    )
    expect(metadataRules.map(({ id: rule }) => rule).filter((rule) => !passed.has(rule))).toEqual([])
  })

  it('refuse, but for these, which warn', () => {
    expect(
      metadataRules.filter(({ severity }) => severity === 'warning').map(({ id: rule }) => rule),
    ).toEqual([
      'saml/metadata-byte-order-mark',
      'saml/metadata-entity-id-uri',
      'saml/metadata-key-without-certificate',
      'saml/metadata-encryption-key',
      'saml/metadata-location-http',
      'saml/metadata-nameid-format-missing',
      'saml/metadata-certificate-validity',
    ])
  })

  it('have ids of their own', () => {
    expect(new Set(metadataRules.map(({ id: rule }) => rule)).size).toBe(metadataRules.length)
  })

  it('tell three things apart when what is required is missing (R044)', () => {
    const missing = [entity(''), keys(), idp({ endpoints: '' })].map((xml) =>
      told(parseMetadata(xml, { now: NOW }).findings),
    )
    expect(missing).toEqual([
      ['saml/metadata-entity-id missing'],
      ['saml/metadata-certificate missing'],
      ['saml/metadata-sign-in-url missing'],
    ])
  })

  it('tell all faults at once, each with its place', () => {
    const xml = idp({
      entity: 'validUntil="2020-01-01T00:00:00Z"',
      keys: keyOf('AAAA') + keyOf(CERTIFICATE, 'encryption'),
      formats: formatOf(EMAIL_ADDRESS_TYPO),
      endpoints: signInOf('javascript:x') + signInOf('http://idp.example.com/'),
    })
    const { findings } = parseMetadata(xml, { now: NOW })
    expect(findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'saml/metadata-entity-id /EntityDescriptor/@entityID',
      'saml/metadata-encryption-key /EntityDescriptor/IDPSSODescriptor/KeyDescriptor[2]',
      'saml/metadata-location /EntityDescriptor/IDPSSODescriptor/SingleSignOnService[1]/@Location',
      'saml/metadata-location-http /EntityDescriptor/IDPSSODescriptor/SingleSignOnService[2]/@Location',
      'saml/metadata-nameid-format /EntityDescriptor/IDPSSODescriptor/NameIDFormat',
      'saml/metadata-valid-until /EntityDescriptor/@validUntil',
      'saml/certificate-form /EntityDescriptor/IDPSSODescriptor/KeyDescriptor[1]/KeyInfo/X509Data/X509Certificate',
    ])
  })

  it('say of certificates what they can', () => {
    const outcomes = (xml: string): unknown[] =>
      inspectMetadata(xml, { now: NOW })
        .rules.filter(({ rule }) => ['saml/certificate-form', 'saml/certificate-ec'].includes(rule.id))
        .map(({ outcome }) => outcome)
    expect(outcomes(idp())).toEqual(['pass', 'pass'])
    expect(outcomes(keys())).toEqual(['notApplicable', 'notApplicable'])
    expect(outcomes(keys(keyOf(CERTIFICATE), keyOf('AAAA')))).toEqual(['fail', 'cantTell'])
    expect(outcomes(keys(keyOf(EC), keyOf('AAAA')))).toEqual(['fail', 'fail'])
  })

  it('tell of an entity though another was meant, in an inspection', () => {
    const xml = idp({ formats: formatOf(EMAIL_ADDRESS_TYPO) })
    const { verdict, claimed } = inspectMetadata(xml, { now: NOW, entityID: 'urn:other' })
    expect(claimed.entityID).toBe(IDP)
    expect(told(verdict.findings)).toEqual([
      'saml/metadata-entity none',
      'saml/metadata-nameid-format documentation-typo',
    ])
    const unnamed = inspectMetadata(group(idp(), sp()), { now: NOW })
    expect(unnamed.claimed).toEqual({ certificates: [], signInURLs: [], acsURLs: [] })
    expect(told(unnamed.verdict.findings)).toEqual(['saml/metadata-entity unchosen'])
  })

  it('tell at most 20 faults each, soon', () => {
    // As many as fit into the 5,000 nodes of a document.
    const many = (text: string): string => text.repeat(300)
    const role = `<md:IDPSSODescriptor validUntil="" cacheDuration="" protocolSupportEnumeration="${PROTOCOL}"/>`
    const xml = idp({
      keys: many(keyOf('AAAA')),
      endpoints: many(signInOf('javascript:x')),
      more: many(role),
    })
    const started = performance.now()
    const { rules } = inspectMetadata(xml, { now: NOW })
    expect(performance.now() - started).toBeLessThan(2000)
    const counts = new Map(rules.map(({ rule, findings }) => [rule.id as string, findings.length]))
    expect(Math.max(...counts.values())).toBe(20)
    for (const rule of ['metadata-role', 'metadata-location', 'metadata-valid-until', 'certificate-form'])
      expect(counts.get(`saml/${rule}`)).toBe(20)
  })

  it('never show a password of a URL', () => {
    const { findings } = parseMetadata(location('http://user:hunter2@idp.example.com/'), { now: NOW })
    expect(findings.length).toBe(2)
    expect(JSON.stringify(findings)).not.toContain('hunter2')
  })

  it('tell how to remove a byte order mark', () => {
    const { findings } = parseMetadata(bytes(`\ufeff${idp()}`), { now: NOW })
    const finding = findings.find(({ rule }) => rule === 'saml/metadata-byte-order-mark')
    expect(finding?.fix).toContain('tail -c +4')
  })
})

describe('the limit of 75,000 characters (R043)', () => {
  const filled = (count: number, filler = 'x'): string => {
    const xml = idp({ more: '<!---->' })
    return xml.replace('<!---->', `<!--${filler.repeat(count - xml.length)}-->`)
  }

  it.each([
    ['x', 'one byte each'],
    ['\u00e9', 'two bytes each'],
    ['\u20ac', 'three bytes each'],
  ])('counts characters, not bytes: %s, %s', (filler) => {
    for (const count of [74_999, 75_000, 75_001]) {
      const xml = filled(count, filler)
      expect([...xml].length).toBe(count)
      for (const given of [xml, bytes(xml)]) {
        const verdict = parseMetadata(given, { now: NOW })
        expect(told(verdict.findings)).toEqual(count > 75_000 ? ['saml/metadata-size too-large'] : [])
      }
    }
  })

  it('counts a character of two UTF-16 units once', () => {
    // Beside the reader's own limit of 262,144 bytes there is room for 65,000 of them.
    const grins = '\u{1f600}'.repeat(60_000)
    const fitting = filled(15_000).replace('<!--', `<!--${grins}`)
    expect([...fitting].length).toBe(75_000)
    expect(parseMetadata(fitting, { now: NOW }).ok).toBe(true)
    expect(parseMetadata(bytes(fitting), { now: NOW }).ok).toBe(true)
    const longer = fitting.replace('<!--', '<!--\u{1f600}')
    for (const given of [longer, bytes(longer)])
      expect(told(parseMetadata(given, { now: NOW }).findings)).toEqual(['saml/metadata-size too-large'])
  })

  it("leaves the reader's limit in bytes in force", () => {
    const xml = filled(5_000).replace('<!--', `<!--${'\u{1f600}'.repeat(69_000)}`)
    expect([...xml].length).toBeLessThan(75_000)
    for (const given of [xml, bytes(xml)])
      expect(told(parseMetadata(given, { now: NOW }).findings)).toEqual(['saml/message-size too-large'])
  })

  it('does not count what is far larger, and answers at once', () => {
    const started = performance.now()
    for (const given of ['<'.repeat(10_000_000), Buffer.alloc(10_000_000, 60)])
      expect(told(parseMetadata(given, { now: NOW }).findings)).toEqual([
        'saml/message-size too-large',
        'saml/metadata-size too-large',
      ])
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it('tells in an inspection what else is wrong', () => {
    const xml = filled(80_000).replace(EMAIL_ADDRESS, EMAIL_ADDRESS_TYPO)
    const { verdict } = inspectMetadata(xml, { now: NOW })
    expect(told(verdict.findings)).toEqual([
      'saml/metadata-nameid-format documentation-typo',
      'saml/metadata-size too-large',
    ])
  })
})
