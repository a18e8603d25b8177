import { describe, expect, it } from 'vitest'
import { FederationError } from '../../src/core/index.js'
import { inspectMetadata, parseMetadata } from '../../src/saml/metadata.js'
import { issueMetadata, issueMetadataAsync } from '../../src/saml/metadata/build.js'
import type { EntityDescription } from '../../src/saml/metadata/element.js'
import type { MetadataOptions } from '../../src/saml/metadata/types.js'
import { HTTP_POST } from '../../src/saml/names.js'
import { canonicalize } from '../../src/saml/xml/canonicalize.js'
import { parseDocument } from '../../src/saml/xml/document.js'
import { toBeSigned } from '../../src/saml/xml/sign.js'
import { idpCertificate, idpSigner, otherCertificate, otherSigner, told } from '../support/saml.js'
import { adfs, CERTIFICATE, entra, group, IDP, idp, NOW } from './metadataDocuments.js'

const certificates = [idpCertificate]
const entity: EntityDescription = {
  entityID: IDP,
  idp: {
    certificates: [idpCertificate],
    singleSignOnServices: [{ binding: HTTP_POST, location: 'https://idp.example.com/sso' }],
  },
}
const signed = issueMetadata(entity, { signer: idpSigner, id: '_m1' })

/** Any document, signed as a whole by its ID. */
function sign(xml: string, signer = idpSigner): string {
  const { bytes, finish } = toBeSigned(parseDocument(xml), signer.alg)
  return canonicalize(finish(signer.sign(bytes)))
}

const findings = (xml: string, more: Partial<MetadataOptions> = {}): string[] =>
  told(parseMetadata(xml, { now: NOW, certificates, ...more }).findings)

describe('signed metadata', () => {
  it('is read when a trusted certificate verifies it', () => {
    const verdict = parseMetadata(signed, { now: NOW, certificates: [otherCertificate, idpCertificate] })
    expect(verdict.findings).toEqual([])
    expect(verdict.value?.verifiedBy).toBe(idpCertificate.sha256)
    expect(verdict.value?.idp?.certificates).toEqual([idpCertificate])
  })

  it('is read without being verified where no certificate is given', () => {
    const verdict = parseMetadata(signed, { now: NOW })
    expect(verdict.ok).toBe(true)
    expect(verdict.value).not.toHaveProperty('verifiedBy')
    const broken = signed.replace(/<ds:DigestValue>./, '<ds:DigestValue>!')
    expect(parseMetadata(broken, { now: NOW }).ok).toBe(true)
  })

  it.each([
    ['Entra', entra, undefined],
    ['AD FS', adfs, undefined],
    ['a group', group(idp()).replace('<md:EntitiesDescriptor', '<md:EntitiesDescriptor ID="_g"'), IDP],
  ] as const)('is read as %s writes it', (_, xml, entityID) => {
    const verdict = parseMetadata(sign(xml), { now: NOW, certificates, entityID })
    expect(verdict.value).toEqual({
      ...parseMetadata(xml, { now: NOW, entityID }).value,
      verifiedBy: idpCertificate.sha256,
    })
  })

  it('is refused without a signature', () => {
    expect(findings(idp())).toEqual(['saml/signature-missing missing'])
  })

  it('is refused when another key signed it', () => {
    const other = issueMetadata(entity, { signer: otherSigner, id: '_m1' })
    expect(findings(other)).toEqual(['saml/signature mismatch'])
    const claimed = issueMetadata(entity, { signer: otherSigner, id: '_m1', certificate: otherCertificate })
    expect(findings(claimed)).toEqual(['saml/signature untrusted-certificate'])
  })

  it('is not issued with the certificate of another key', () => {
    const options = { signer: idpSigner, id: '_m1', certificate: otherCertificate }
    expect(() => issueMetadata(entity, options)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_OPTION',
        findings: [expect.objectContaining({ rule: 'saml/issue-certificate', reason: 'other-key' })],
      }) as Error,
    )
  })

  it('is refused when anything of it was changed', () => {
    expect(findings(signed.replace('idp.example.com/sso', 'evil.example.com/sso'))).toEqual([
      'saml/digest mismatch',
    ])
    expect(findings(signed.replace('ID="_m1"', 'ID="_m2"'))).toEqual([
      'saml/signature-reference other-element',
    ])
  })

  it('is refused when the signature is in a place where it does not cover the document', () => {
    const signature = /<ds:Signature .*<\/ds:Signature>/.exec(signed)?.[0] ?? ''
    const bare = signed.replace(signature, '')
    // Wrapped: the signed entity stands in a group beside, or inside, one that is not signed.
    const evil = idp({ keys: '', entity: `entityID="${IDP}2"` })
    for (const wrapped of [
      group(signed, evil),
      idp({ more: `<md:Extensions>${signed}</md:Extensions>` }),
      bare.replace('</md:IDPSSODescriptor>', `${signature}</md:IDPSSODescriptor>`),
    ])
      expect(findings(wrapped, { entityID: IDP })).toEqual(['saml/signature-placement misplaced'])
    expect(findings(signed.replace(signature, signature + signature))).toEqual([
      'saml/signature-placement misplaced',
    ])
    // The signature is made over another element of the document.
    const moved = idp({
      entity: `ID="_evil" entityID="${IDP}"`,
      more: `${signature}<md:Extensions>${bare}</md:Extensions>`,
    })
    expect(findings(moved)).toEqual(['saml/signature-reference other-element'])
  })

  it('is refused when two elements have the ID that is signed', () => {
    const twice = sign(idp({ entity: `ID="_m" entityID="${IDP}"`, more: '<a xmlns="urn:x" ID="_m"/>' }))
    expect(findings(twice)).toEqual(['saml/metadata-id duplicate'])
    const inspection = inspectMetadata(twice, { now: NOW, certificates })
    expect(inspection.verified).toBe(false)
    expect(inspection.verdict.ok).toBe(false)
  })

  it('may hold further signatures of its parts: that of the root covers them', () => {
    const inner = sign(idp({ entity: `ID="_inner" entityID="${IDP}"` }), otherSigner)
    const outer = sign(group(inner).replace('<md:EntitiesDescriptor', '<md:EntitiesDescriptor ID="_outer"'))
    expect(parseMetadata(outer, { now: NOW, certificates, entityID: IDP }).value?.verifiedBy).toBe(
      idpCertificate.sha256,
    )
  })

  it('is verified by certificates that are valid now', () => {
    const { notAfter } = idpCertificate
    expect(findings(signed, { now: notAfter })).toEqual([])
    expect(findings(signed, { now: notAfter + 1 })).toEqual(['saml/certificate-expired expired'])
  })

  it('is described by an inspection though nothing vouches for it', () => {
    const inspection = inspectMetadata(signed.replace('idp.example.com/sso', 'evil.example.com/sso'), {
      now: NOW,
      certificates,
    })
    expect(inspection.verified).toBe(false)
    expect(inspection.verdict.ok).toBe(false)
    expect(inspection.claimed.signInURLs).toEqual(['https://evil.example.com/sso'])
  })
})

describe('issueMetadata', () => {
  it('has the signature first, as the schema of metadata does', () => {
    const root = parseDocument(signed)
    expect(root.children.map((child) => (typeof child === 'string' ? child : child.local))).toEqual([
      'Signature',
      'IDPSSODescriptor',
    ])
  })

  it('is the same each time, and the same with a signer that takes its time', async () => {
    const sign = async (bytes: Uint8Array): Promise<Uint8Array> => idpSigner.sign(bytes)
    expect(issueMetadata(entity, { signer: idpSigner, id: '_m1' })).toBe(signed)
    const slow = await issueMetadataAsync(entity, { signer: { alg: 'rsa-sha256', sign }, id: '_m1' })
    expect(slow).toBe(signed)
  })

  it.each([
    [{ id: '1' }, 'ERR_INVALID_OPTION'],
    [{ id: 'a b' }, 'ERR_INVALID_OPTION'],
    [{ signer: {} as typeof idpSigner }, 'ERR_INVALID_OPTION'],
    [{ signer: { ...idpSigner, alg: 'none' } as unknown as typeof idpSigner }, 'ERR_INVALID_OPTION'],
    [{ certificate: CERTIFICATE }, 'ERR_INVALID_OPTION'],
    [{ signer: { ...idpSigner, sign: () => new Uint8Array(3) } }, 'ERR_SIGNER_FAILED'],
  ])('throws for misuse: %j', (more, code) => {
    let thrown: unknown
    try {
      issueMetadata(entity, { signer: idpSigner, id: '_m1', ...more })
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(FederationError)
    expect((thrown as FederationError).code).toBe(code)
  })
})
