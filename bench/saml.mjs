// validateResponse and issueResponse beside node-saml, samlify and the bare cryptography: same message, same run.
import { createHash, createPrivateKey, randomUUID, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SAML } from '@node-saml/node-saml'
import samlify from 'samlify'
import { samlSigner } from '../dist/flows.js'
import { issueResponse, parseCertificate, validateResponse } from '../dist/saml.js'
import { race, table } from './timing.mjs'

const pem = (name) => readFileSync(new URL(`../test/interop/keys/${name}.pem`, import.meta.url), 'utf8')
const certificate = parseCertificate(pem('idp.crt')).value
const privateKey = createPrivateKey(pem('idp.key'))
const signer = samlSigner(privateKey)
const entityID = 'https://idp.example.com/saml'
const sp = {
  entityID: 'https://us-east-1.signin.aws.amazon.com/platform/saml/d-1234567890',
  acsURL: 'https://us-east-1.signin.aws.amazon.com/platform/saml/acs/0a1b2c3d',
}

/** A sign-in with so many attributes for access control; 18 of them make a message of 7 KB. */
const login = (attributes) => ({
  to: 'identity-center',
  sp,
  nameID: 'ada@example.com',
  inResponseTo: '_request',
  accessControl: Object.fromEntries(
    Array.from({ length: attributes }, (_, at) => [`Attribute${at}`, `value ${at}`]),
  ),
})
const now = Math.floor(Date.now() / 1000)
const options = (more) => ({
  entityID,
  signer,
  now: Math.floor(Date.now() / 1000),
  newID: () => `_${randomUUID()}`,
  ...more,
})
const issue = (attributes, more) =>
  issueResponse(login(attributes), options({ now, certificate, ...more })).value
const expectation = { idp: { entityID, certificates: [certificate] }, sp, now, inResponseTo: '_request' }

const signIn = login(18)
const xml = issue(18)
const message = Buffer.from(xml).toString('base64')

const nodeSaml = new SAML({
  idpCert: certificate.pem,
  issuer: sp.entityID,
  audience: sp.entityID,
  callbackUrl: sp.acsURL,
  idpIssuer: entityID,
  wantAssertionsSigned: true,
  wantAuthnResponseSigned: false,
  validateInResponseTo: 'never',
})

samlify.setSchemaValidator({ validate: () => Promise.resolve('not validated here') })
const idpEntity = samlify.IdentityProvider({
  entityID,
  signingCert: certificate.pem,
  privateKey: pem('idp.key'),
  isAssertionEncrypted: false,
  singleSignOnService: [
    { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: 'https://idp.example.com/sso' },
  ],
  nameIDFormat: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
})
const spEntity = samlify.ServiceProvider({
  entityID: sp.entityID,
  wantAssertionsSigned: true,
  assertionConsumerService: [
    { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: sp.acsURL },
  ],
})

const accepted = validateResponse(message, expectation)
if (!accepted.ok) throw new Error('The message is not accepted here.')
await nodeSaml.validatePostResponseAsync({ SAMLResponse: message })
await spEntity.parseLoginResponse(idpEntity, 'post', { body: { SAMLResponse: message } })

const signature = Buffer.from(/<ds:SignatureValue>([^<]*)/.exec(xml)[1], 'base64')
const signedInfo = Buffer.from(/<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(xml)[0])
/** What no reader can do without: base64, a digest over the message, and one RSA verification. */
const bare = () => {
  createHash('sha256').update(Buffer.from(message, 'base64')).digest()
  verify('RSA-SHA256', signedInfo, certificate.publicKey, signature)
}

const judging = await race({
  'bare operations': bare,
  countersign: () => validateResponse(message, expectation),
  '@node-saml/node-saml': () => nodeSaml.validatePostResponseAsync({ SAMLResponse: message }),
  samlify: () => spEntity.parseLoginResponse(idpEntity, 'post', { body: { SAMLResponse: message } }),
})
console.log(
  table(`Judging a Response of ${xml.length} characters, assertion signed (RSA 2048, SHA-256)`, judging),
)
console.log(
  `  ${(judging['@node-saml/node-saml'] / judging.countersign).toFixed(1)} x as fast as node-saml, ${(judging.samlify / judging.countersign).toFixed(1)} x as fast as samlify\n`,
)

const template = samlify.SamlLib.defaultLoginResponseTemplate.context
const samlifyIssue = () =>
  idpEntity.createLoginResponse(
    spEntity,
    { extract: { request: { id: '_request' } } },
    'post',
    { email: 'ada@example.com' },
    (text) => ({
      id: '_x',
      context: (text ?? template).replace(/\{\w+\}/g, 'x'),
    }),
  )
const signing = await race({
  'bare signature': () => signer.sign(signedInfo),
  countersign: () => issueResponse(signIn, options()),
  samlify: samlifyIssue,
})
console.log(table('Issuing a Response with a signed assertion', signing))

// Linear: twice the message, twice the time, a constant aside.
const sizes = [25, 50, 100, 200]
const large = Object.fromEntries(
  sizes.map((size) => {
    const attributes = Array.from({ length: size }, (_, at) => ({
      name: `attribute ${at}`,
      values: [`value ${at}`.repeat(4)],
    }))
    const application = {
      to: 'application',
      sp,
      nameID: 'ada@example.com',
      inResponseTo: '_request',
      attributes,
    }
    const { ok, value: text } = issueResponse(application, options({ now }))
    if (!ok) throw new Error(`A Response of ${size} attributes is not issued.`)
    return [
      `${text.length} characters`,
      () => validateResponse(text, { ...expectation, profile: 'service-provider' }),
    ]
  }),
)
console.log(table('Judging larger Responses', await race(large)))
