import { generateServiceProviderMetadata } from '@node-saml/node-saml'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as samlify from 'samlify'
import { afterAll, describe, expect, it } from 'vitest'
import { assertAccepted } from '../../src/core/index.js'
import { parseMetadata } from '../../src/saml/metadata.js'
import { buildMetadata, issueMetadata } from '../../src/saml/metadata/build.js'
import type { EntityDescription } from '../../src/saml/metadata/element.js'
import { EMAIL_ADDRESS, HTTP_POST, HTTP_REDIRECT } from '../../src/saml/names.js'
import { peer, run } from '../support/peers.js'
import { idpCertificate, idpSigner, SP, told } from '../support/saml.js'
import { group, IDP, idp, NOW } from './metadataDocuments.js'

const location = 'https://idp.example.com/sso'
const entity: EntityDescription = {
  entityID: IDP,
  idp: {
    certificates: [idpCertificate],
    singleSignOnServices: [
      { binding: HTTP_POST, location },
      { binding: HTTP_REDIRECT, location: `${location}?a=1&b=2` },
    ],
  },
}
const service: EntityDescription = {
  entityID: SP.entityID,
  sp: { assertionConsumerServices: [{ location: SP.acsURL }], wantAssertionsSigned: true },
}

describe('metadata of other libraries', () => {
  it("node-saml's is read", () => {
    const xml = generateServiceProviderMetadata({
      issuer: SP.entityID,
      callbackUrl: SP.acsURL,
      identifierFormat: EMAIL_ADDRESS,
      wantAssertionsSigned: true,
    })
    const verdict = parseMetadata(xml, { now: NOW })
    expect(verdict.findings).toEqual([])
    expect(verdict.value?.sp?.assertionConsumerServices).toEqual([
      { binding: HTTP_POST, location: SP.acsURL, index: 1, isDefault: true },
    ])
  })

  it("samlify's is read, and reads ours", () => {
    const theirs = samlify.ServiceProvider({
      entityID: SP.entityID,
      assertionConsumerService: [{ Binding: HTTP_POST, Location: SP.acsURL }],
      nameIDFormat: [EMAIL_ADDRESS],
      signingCert: idpCertificate.pem,
      encryptCert: idpCertificate.pem,
      wantAssertionsSigned: true,
    })
    const verdict = parseMetadata(theirs.getMetadata(), { now: NOW })
    expect(told(verdict.findings)).toEqual(['saml/metadata-encryption-key present'])
    expect(verdict.value?.sp).toMatchObject({ certificates: [idpCertificate], wantAssertionsSigned: true })

    const { entityMeta } = samlify.IdentityProvider({ metadata: buildMetadata(entity) })
    expect(entityMeta.getEntityID()).toBe(IDP)
    expect(entityMeta.getSingleSignOnService('post')).toBe(location)
    expect(entityMeta.getSingleSignOnService('redirect')).toBe(`${location}?a=1&b=2`)
    const ours = samlify.ServiceProvider({ metadata: buildMetadata(service) })
    expect(ours.entityMeta.getAssertionConsumerService('post')).toBe(SP.acsURL)
    expect(ours.entityMeta.isWantAssertionsSigned()).toBe(true)
  })
})

const folder = mkdtempSync(join(tmpdir(), 'countersign-metadata-'))
afterAll(() => rmSync(folder, { recursive: true }))

const itXmlsec = await peer({ name: 'xmlsec1', debianPackage: 'xmlsec1' }, () =>
  run('xmlsec1', ['--version']),
)

describe('signed metadata', () => {
  itXmlsec('is verified by xmlsec1, and what xmlsec1 signs is verified here', async () => {
    const file = join(folder, 'metadata.xml')
    const key = join(folder, 'key.pem')
    writeFileSync(key, idpCertificate.publicKey.export({ type: 'spki', format: 'pem' }))
    const id = ['--id-attr:ID', 'EntityDescriptor', '--id-attr:ID', 'EntitiesDescriptor']
    const verify = (xml: string): Promise<{ readonly status: number }> => {
      writeFileSync(file, xml)
      return run('xmlsec1', ['--verify', ...id, '--enabled-key-data', 'rsa', '--pubkey-pem', key, file])
    }
    const ours = issueMetadata(entity, { signer: idpSigner, id: '_m1' })
    expect((await verify(ours)).status).toBe(0)
    expect((await verify(ours.replace('sso', 'slo'))).status).not.toBe(0)

    const template =
      '<ds:Signature><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"/><ds:Reference URI="#_g"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>'
    writeFileSync(
      file,
      group(template, idp(), '<!-- a comment -->').replace(' xmlns:md', ' ID="_g" xmlns:md'),
    )
    const secret = new URL('../interop/keys/idp.key.pem', import.meta.url).pathname
    const signed = await run('xmlsec1', ['--sign', ...id, '--privkey-pem', secret, file])
    const verdict = parseMetadata(signed.stdout, { now: NOW, entityID: IDP, certificates: [idpCertificate] })
    expect(assertAccepted(verdict).verifiedBy).toBe(idpCertificate.sha256)
  })
})
