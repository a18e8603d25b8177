import { SignedXml } from 'xml-crypto'
import { describe, expect, it } from 'vitest'
import { generated } from './generated.js'
import { trusted } from './parties.js'

const MESSAGES = 150
const messages = Array.from({ length: MESSAGES }, (_, seed) => generated(1_000 + seed))

/** What the signatures of a message cover as xml-crypto has it, or why it does not verify them. */
function verify(xml: string): readonly string[] | string {
  // The first is that of the Response where both are signed.
  const signatures = xml.match(/<ds:Signature .*?<\/ds:Signature>/gs) ?? []
  const covered: string[] = []
  for (const signature of signatures) {
    const verifier = new SignedXml({ publicCert: trusted.certificate, getCertFromKeyInfo: () => null })
    try {
      verifier.loadSignature(signature)
      if (!verifier.checkSignature(xml)) return 'digest'
    } catch (error) {
      return String(error)
    }
    covered.push(...verifier.getSignedReferences())
  }
  return covered
}

/** What is signed, as we wrote it: a signature is left out of what it signs itself, and of nothing else. */
function signedBytes(xml: string): string[] {
  const assertion = /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)?.[0] ?? ''
  const without = (part: string) => part.replace(/<ds:Signature .*?<\/ds:Signature>/s, '')
  const responseSigned = xml.indexOf('<ds:Signature') < xml.indexOf('<saml:Assertion')
  return [
    ...(responseSigned ? [without(xml)] : []),
    ...(assertion.includes('<ds:Signature') ? [without(assertion)] : []),
  ]
}

/** Where xml-crypto cannot verify what is right. */
const SHORTCOMINGS = [
  {
    title: 'it knows no SHA-384',
    isMet: (xml: string) => xml.includes('#rsa-sha384'),
    says: /is not supported/,
  },
  {
    title: 'xmldom reads U+0085 and U+2028 as line feeds, which they are in XML 1.1 only',
    isMet: (xml: string) => /[\u0085\u2028]/.test(xml),
    says: /^digest$/,
  },
] as const

const short = (xml: string) => SHORTCOMINGS.find(({ isMet }) => isMet(xml))

describe('xml-crypto and generated Responses', () => {
  it('verifies them, and digests the bytes that we wrote', () => {
    const list = messages.filter(({ xml }) => !short(xml))
    expect(list.length).toBeGreaterThan(15)
    for (const { seed, xml } of list) expect.soft(verify(xml), `seed ${seed}`).toEqual(signedBytes(xml))
  })

  it('refuses them once one byte of a value is changed', () => {
    for (const { seed, xml, tampered } of messages) {
      if (!short(xml)) expect.soft(verify(tampered), `seed ${seed}`).toBe('digest')
    }
  })

  for (const shortcoming of SHORTCOMINGS)
    it(`refuses some that are right: ${shortcoming.title}`, () => {
      const list = messages.filter(({ xml }) => short(xml) === shortcoming)
      expect(list.length).toBeGreaterThan(15)
      for (const { seed, xml } of list) expect.soft(verify(xml), `seed ${seed}`).toMatch(shortcoming.says)
    })
})
