import { createRequire } from 'node:module'
import { describeIssuer, ORDER, type Order, type Supplied } from './issuer.js'

interface AssertionOptions {
  readonly key?: string
  readonly cert?: string
  readonly signatureAlgorithm?: string
  readonly digestAlgorithm?: string
  readonly issuer: string
  readonly lifetimeInSeconds: number
  readonly audiences: string
  readonly recipient: string
  readonly inResponseTo: string
  readonly sessionIndex: string
  readonly nameIdentifier: string
  readonly nameIdentifierFormat?: string
  readonly attributes: Readonly<Record<string, unknown>>
}

// It comes without types.
const { Saml20 } = createRequire(import.meta.url)('saml') as {
  readonly Saml20: {
    create(options: AssertionOptions): string
    createUnsignedAssertion(options: AssertionOptions): string
  }
}

/** What is set otherwise than in the order. */
type Own = Partial<AssertionOptions> & { readonly unsigned?: true }

const escaped = (text: string): string => text.replaceAll('&', '&amp;')

/** It makes assertions only; the Response around one is for its user to write, as samlp, which uses it, does. */
function issue({ own, alg, ...order }: Order & { readonly own: Own | undefined }): Supplied {
  const options: AssertionOptions = {
    key: order.idp.privateKey,
    cert: order.idp.certificate,
    ...(alg === 'default' ? {} : { signatureAlgorithm: alg, digestAlgorithm: alg.slice(4) }),
    issuer: order.idp.entityID,
    lifetimeInSeconds: 300,
    audiences: order.sp.entityID,
    recipient: order.sp.acsURL,
    inResponseTo: order.inResponseTo,
    sessionIndex: '_session',
    nameIdentifier: order.nameID,
    nameIdentifierFormat: order.nameIDFormat,
    attributes: order.attributes,
    ...own,
  }
  const assertion = own?.unsigned ? Saml20.createUnsignedAssertion(options) : Saml20.create(options)
  return {
    response:
      '<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_auth0-response" Version="2.0" ' +
      `IssueInstant="${new Date().toISOString()}" Destination="${order.sp.acsURL}" InResponseTo="${order.inResponseTo}">` +
      `<saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${escaped(order.idp.entityID)}</saml:Issuer>` +
      '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>' +
      `${assertion}</samlp:Response>`,
  }
}

const SHA1 = { signatureAlgorithm: 'rsa-sha1', digestAlgorithm: 'sha1' }
const SERVICE_PROVIDER = { profile: 'service-provider' } as const
const NUMBER = { level: 7, active: true }

/** It takes the line feeds out of the whole document before it signs. */
const lines = { because: 'It removes line feeds, those of values too.', order: {} }
const joined = { attributes: { ...ORDER.attributes, lines: ['tab\tfeedend'] } }

describeIssuer<Own>('saml of auth0', (orders) => Promise.resolve(orders.map(issue)), [
  { ...lines, title: 'signed by its defaults', order: { alg: 'default' }, reads: joined },
  { ...lines, title: 'signed with rsa-sha256', reads: joined },
  {
    title: 'signed with SHA-1',
    order: {},
    own: SHA1,
    refusal: ['saml/signature-algorithm (sha1)'],
    because: 'SHA-1 proves nothing.',
  },
  {
    ...lines,
    title: 'signed with SHA-1, where that is allowed',
    own: SHA1,
    expectation: { allowSHA1: true },
    reads: joined,
  },
  {
    title: 'not signed',
    order: {},
    own: { unsigned: true },
    refusal: ['saml/signature-missing (missing)'],
    because: 'Anybody could have written it.',
  },
  {
    title: 'with the NameID format of its defaults',
    order: { nameIDFormat: '' },
    refusal: ['saml/nameid-format (plus-address)'],
    because:
      'It is unspecified, and Identity Center takes e-mail addresses only, that with a + like any other.',
  },
  {
    ...lines,
    title: 'with the NameID format of its defaults, at a service provider',
    order: { nameIDFormat: '' },
    expectation: SERVICE_PROVIDER,
    reads: joined,
  },
  {
    title: 'with a number and a truth value',
    order: {},
    own: { attributes: NUMBER },
    // They are xs:double and xs:boolean, which no session tag may be; these become none.
    reads: { attributes: { level: ['7'], active: ['true'] } },
  },
  {
    title: 'with a number and a truth value, at a service provider',
    order: {},
    own: { attributes: NUMBER },
    expectation: SERVICE_PROVIDER,
    reads: { attributes: { level: ['7'], active: ['true'] } },
  },
  {
    title: 'with several values',
    order: { attributes: { groups: ['a', 'b'] } },
    refusal: ['saml/attribute-multi-valued (several)'],
    because: 'Identity Center takes one value of each attribute.',
  },
  {
    title: 'with several values, at a service provider',
    order: { attributes: { groups: ['a', 'b'] } },
    expectation: SERVICE_PROVIDER,
  },
])
