import { SAML, ValidateInResponseTo } from '@node-saml/node-saml'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as samlify from 'samlify'
import { afterAll, describe, expect, it } from 'vitest'
import { buildAuthnRequest, issueAuthnRequest } from '../../src/saml/authnRequest/build.js'
import type { AuthnRequestExpectation } from '../../src/saml/authnRequest/expectation.js'
import { validateAuthnRequest } from '../../src/saml/authnRequest/validate.js'
import { encodeRedirect } from '../../src/saml/bindings/encodeRedirect.js'
import { peer, run } from '../support/peers.js'
import { idpCertificate, idpKey, idpSigner, told } from '../support/saml.js'

/** Requests of other libraries, read here; and ours, read by them. They ask this machine's clock. */

const now = Math.floor(Date.now() / 1000)
const IDP = 'https://idp.example.com/saml'
const SSO = 'https://idp.example.com/sso'
const APP = 'https://app.example.com/saml?a=b&c'
const ACS = 'https://app.example.com/saml/acs'
const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'

const folder = mkdtempSync(join(tmpdir(), 'countersign-requests-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const keyPEM = idpKey.export({ type: 'pkcs8', format: 'pem' }) as string
const key = file('key.pem', keyPEM)
const certificate = file('certificate.pem', idpCertificate.pem)
const bare = idpCertificate.pem.replace(/-----[A-Z ]+-----|\n/g, '')

const descriptor = (entityID: string, role: string, attributes: string, endpoints: string): string =>
  `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityID.replaceAll('&', '&amp;')}">` +
  `<md:${role} protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" ${attributes}>` +
  `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>` +
  `<ds:X509Certificate>${bare}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>${endpoints}</md:${role}></md:EntityDescriptor>`
const idpMetadata = descriptor(
  IDP,
  'IDPSSODescriptor',
  'WantAuthnRequestsSigned="true"',
  [REDIRECT, POST]
    .map((binding) => `<md:SingleSignOnService Binding="${binding}" Location="${SSO}"/>`)
    .join(''),
)
const spMetadata = descriptor(
  APP,
  'SPSSODescriptor',
  'AuthnRequestsSigned="true"',
  `<md:AssertionConsumerService Binding="${POST}" Location="${ACS}" index="0" isDefault="true"/>`,
)

const expectation: AuthnRequestExpectation = {
  sps: [{ entityID: APP, acsURLs: [ACS], certificates: [idpCertificate] }],
  destination: SSO,
  now,
}
const byRedirect = (url: string) =>
  validateAuthnRequest({ binding: 'redirect', query: url.slice(url.indexOf('?') + 1) }, expectation)
const ours = { id: '_0123456789abcdef', now, issuer: APP, destination: SSO, acsURL: ACS }
const signedQuery = (relayState: string): string => {
  const message = buildAuthnRequest(ours)
  const url = encodeRedirect({
    message,
    kind: 'SAMLRequest',
    destination: SSO,
    relayState,
    signer: idpSigner,
  })
  return url.slice(url.indexOf('?') + 1)
}
const STATES = ['plain', "a b&c=d+e%f'(g)*!~ é日本\u{1f600}"]

describe('node-saml', () => {
  const client = (more: object = {}): SAML =>
    new SAML({
      issuer: APP,
      callbackUrl: ACS,
      entryPoint: SSO,
      idpCert: idpCertificate.pem,
      privateKey: keyPEM,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      validateInResponseTo: ValidateInResponseTo.never,
      ...more,
    })

  it.each(['plain', 'a&b=c+d%e*é日本\u{1f600}'])(
    'sends signed queries that are taken, with the RelayState %j',
    async (relayState) => {
      const verdict = byRedirect(await client().getAuthorizeUrlAsync(relayState, undefined, {}))
      expect(verdict.findings).toEqual([])
      expect(verdict.value).toMatchObject({ issuer: APP, acsURL: ACS, relayState, nameIDFormat: EMAIL })
    },
  )

  it("signs other octets than it sends where a RelayState has a blank, or one of !'()~", async () => {
    // querystring.stringify() writes what it signs, and URLSearchParams what it sends: 5.1.0.
    for (const character of " !'()~") {
      const verdict = byRedirect(await client().getAuthorizeUrlAsync(`a${character}b`, undefined, {}))
      expect(told(verdict.findings)).toEqual(['saml/signature mismatch'])
    }
  })

  it('posts signed requests that are taken, and by default deflated ones that are not', async () => {
    const body = async (more: object) => ({
      SAMLRequest: /name="SAMLRequest" value="([^"]*)"/.exec(
        await client(more).getAuthorizeFormAsync('x'),
      )?.[1],
    })
    const verdict = validateAuthnRequest(
      { binding: 'post', body: await body({ skipRequestCompression: true }) },
      expectation,
    )
    expect(verdict.findings).toEqual([])
    expect(verdict.value?.verifiedBy).toBe(idpCertificate.sha256)
    const deflated = validateAuthnRequest({ binding: 'post', body: await body({}) }, expectation)
    expect(told(deflated.findings)).toEqual(['saml/message not-xml'])
  })
})

describe('samlify', () => {
  // It asks for a schema validator and brings none.
  samlify.setSchemaValidator({ validate: () => Promise.resolve('not validated') })
  const idp = samlify.IdentityProvider({ metadata: idpMetadata, wantAuthnRequestsSigned: true })
  const sp = samlify.ServiceProvider({
    metadata: spMetadata,
    privateKey: keyPEM,
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    nameIDFormat: [EMAIL],
  })

  it.each(STATES)('sends signed queries that are taken, with the RelayState %j', (relayState) => {
    const verdict = byRedirect(sp.createLoginRequest(idp, 'redirect', { relayState }).context)
    expect(verdict.findings).toEqual([])
    expect(verdict.value).toMatchObject({ issuer: APP, acsURL: ACS, relayState, nameIDFormat: EMAIL })
  })

  it('posts signed requests that are taken', () => {
    const verdict = validateAuthnRequest(
      { binding: 'post', body: { SAMLRequest: sp.createLoginRequest(idp, 'post').context } },
      expectation,
    )
    expect(verdict.findings).toEqual([])
    expect(verdict.value?.verifiedBy).toBe(idpCertificate.sha256)
  })

  it('takes ours, by both bindings', async () => {
    for (const state of STATES) {
      const query = signedQuery(state)
      const octetString = query.slice(0, query.indexOf('&Signature='))
      const request = { query: Object.fromEntries(new URLSearchParams(query)), octetString }
      const { extract } = await idp.parseLoginRequest(sp, 'redirect', request)
      expect(extract).toMatchObject({
        issuer: APP,
        request: { id: ours.id, assertionConsumerServiceUrl: ACS },
      })
      const changed = { ...request, octetString: octetString.replace('RelayState=', 'RelayState=x') }
      await expect(idp.parseLoginRequest(sp, 'redirect', changed)).rejects.toThrow()
    }
    const SAMLRequest = Buffer.from(issueAuthnRequest(ours, idpSigner)).toString('base64')
    const { extract } = await idp.parseLoginRequest(sp, 'post', { body: { SAMLRequest } })
    expect(extract).toMatchObject({ issuer: APP, request: { id: ours.id } })
  })
})

// Debian's packages are installed for Debian's Python, which need not be the first on the PATH.
const PYTHON = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3'
const script = fileURLToPath(new URL('./authnRequestPeers.py', import.meta.url))

async function ask(question: string, more: object): Promise<Record<string, unknown>> {
  const parties = { idp: idpMetadata, sp: spMetadata, idpEntityID: IDP, spEntityID: APP, acsURL: ACS }
  const asked = JSON.stringify({
    ask: question,
    key,
    certificate,
    bare,
    destination: SSO,
    ...parties,
    ...more,
  })
  const { status, stdout, stderr } = await run(PYTHON, ['-I', '-B', script, asked])
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Record<string, unknown>
}

describe('Lasso', async () => {
  const withLasso = await peer({ name: 'Lasso', debianPackage: 'python3-lasso' }, () =>
    run(PYTHON, ['-c', 'import lasso']),
  )

  withLasso('sends signed queries that are taken', async () => {
    for (const relayState of STATES) {
      const { url } = await ask('lasso_made', { relayState })
      const verdict = byRedirect(String(url))
      expect(verdict.findings).toEqual([])
      // It names no ACS URL: the registered one counts.
      expect(verdict.value).toMatchObject({ issuer: APP, acsURL: ACS, relayState })
      expect(verdict.value?.verifiedBy).toBe(idpCertificate.sha256)
    }
  })

  withLasso('takes our queries, and none that is changed', async () => {
    for (const relayState of STATES) {
      const query = signedQuery(relayState)
      const expected = { id: ours.id, issuer: APP, acsURL: ACS, format: EMAIL, relayState }
      expect(await ask('lasso_read', { query })).toEqual(expected)
      await expect(
        ask('lasso_read', { query: query.replace('RelayState=', 'RelayState=x') }),
      ).rejects.toThrow()
    }
  })
})

describe('pysaml2', async () => {
  const withPysaml2 = await peer({ name: 'pysaml2', debianPackage: 'python3-pysaml2 xmlsec1' }, () =>
    run(PYTHON, ['-c', 'import saml2.client, shutil; assert shutil.which("xmlsec1")']),
  )

  withPysaml2('sends signed requests that are taken, and over a digest with SHA-1 that are not', async () => {
    const { redirect, post } = await ask('pysaml2_made', { relayState: 'a b&c' })
    const verdict = byRedirect(String(redirect))
    expect(verdict.findings).toEqual([])
    expect(verdict.value).toMatchObject({ issuer: APP, acsURL: ACS, relayState: 'a b&c' })
    const SAMLRequest = /name="SAMLRequest"\s+value="([^"]*)"/.exec(String(post))?.[1]
    const input = { binding: 'post', body: { SAMLRequest } } as const
    expect(told(validateAuthnRequest(input, expectation).findings)).toEqual(['saml/signature-algorithm sha1'])
    const lenient = validateAuthnRequest(input, { ...expectation, allowSHA1: true })
    expect(told(lenient.findings)).toEqual(['saml/sha1 used'])
    expect(lenient.value).toMatchObject({ issuer: APP, acsURL: ACS, verifiedBy: idpCertificate.sha256 })
  })

  withPysaml2('takes ours, by both bindings', async () => {
    const expected = { verified: true, id: ours.id, issuer: APP, acsURL: ACS, format: EMAIL }
    // It encodes the parameters anew before it verifies, each as Python does.
    expect(await ask('pysaml2_read', { query: signedQuery('plain') })).toEqual(expected)
    const post = Buffer.from(issueAuthnRequest(ours, idpSigner)).toString('base64')
    expect(await ask('pysaml2_read', { post })).toEqual(expected)
    const changed = Buffer.from(issueAuthnRequest(ours, idpSigner).replace(ACS, `${ACS}/2`)).toString(
      'base64',
    )
    await expect(ask('pysaml2_read', { post: changed })).rejects.toThrow()
  })
})

describe('xmlsec1', async () => {
  const withXmlsec = await peer({ name: 'xmlsec1', debianPackage: 'xmlsec1' }, () =>
    run('xmlsec1', ['--version']),
  )

  withXmlsec('verifies our requests, and none that is changed', async () => {
    const id = 'urn:oasis:names:tc:SAML:2.0:protocol:AuthnRequest'
    const verify = (name: string, text: string) =>
      run('xmlsec1', ['--verify', '--pubkey-cert-pem', certificate, '--id-attr:ID', id, file(name, text)])
    const xml = issueAuthnRequest(ours, idpSigner)
    expect((await verify('request.xml', xml)).status).toBe(0)
    expect((await verify('changed.xml', xml.replace(ACS, `${ACS}/2`))).status).toBe(1)
  })
})
