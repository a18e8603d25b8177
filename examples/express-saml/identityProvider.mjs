// Somebody else's identity provider, made of samlify: it asks who one is, and posts a signed Response to the app.
import { randomUUID } from 'node:crypto'
import express from 'express'
import samlify from 'samlify'
import { endings, html, page } from './pages.mjs'

const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
const EMAIL_ADDRESS = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
const DEPARTMENT = 'https://aws.amazon.com/SAML/Attributes/AccessControl:Department'

const people = [
  { email: 'ada@example.com', name: 'Ada Lovelace', department: 'billing' },
  { email: 'grace@example.com', name: 'Grace Hopper', department: 'engineering' },
]

// samlify asks for a validator of XML schemas; this provider takes requests of its one app alone and reads little of them.
samlify.setSchemaValidator({ validate: () => Promise.resolve('not validated') })

// samlify's own template has a place for an AuthnStatement, and nothing in it.
const AUTHN_STATEMENT =
  '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{AssertionID}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>'

/** The provider at `url`, for the one app that is described by `sp`. */
export function identityProvider({ url, privateKey, certificate, sp }) {
  const entityID = `${url}/metadata`
  const context = samlify.SamlLib.defaultLoginResponseTemplate.context.replace(
    '{AuthnStatement}',
    AUTHN_STATEMENT,
  )
  const attribute = { name: DEPARTMENT, valueTag: 'department', valueXsiType: 'xs:string' }
  const nameFormat = 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri'
  const idp = samlify.IdentityProvider({
    entityID,
    privateKey,
    signingCert: certificate,
    nameIDFormat: [EMAIL_ADDRESS],
    singleSignOnService: [{ Binding: REDIRECT, Location: `${url}/sso` }],
    singleLogoutService: [{ Binding: POST, Location: `${url}/slo` }],
    loginResponseTemplate: { context, attributes: [{ ...attribute, nameFormat }] },
  })
  const receiver = samlify.ServiceProvider({
    entityID: sp.entityID,
    wantAssertionsSigned: true,
    assertionConsumerService: [{ Binding: POST, Location: sp.acsURL }],
  })

  /** A Response about a person, as base64. */
  async function respond(person, inResponseTo) {
    const now = Date.now()
    const ends = new Date(now + 300_000).toISOString()
    const fill = (template) => {
      const values = {
        ID: `_${randomUUID()}`,
        AssertionID: `_${randomUUID()}`,
        Destination: sp.acsURL,
        Audience: sp.entityID,
        SubjectRecipient: sp.acsURL,
        Issuer: entityID,
        IssueInstant: new Date(now).toISOString(),
        StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
        ConditionsNotBefore: new Date(now).toISOString(),
        ConditionsNotOnOrAfter: ends,
        SubjectConfirmationDataNotOnOrAfter: ends,
        NameIDFormat: EMAIL_ADDRESS,
        NameID: person.email,
        InResponseTo: inResponseTo,
        attrDepartment: person.department,
      }
      return { id: values.ID, context: samlify.SamlLib.replaceTagsByValue(template, values) }
    }
    const request = { extract: { request: { id: inResponseTo } } }
    const { context: response } = await idp.createLoginResponse(receiver, request, 'post', person, fill)
    return response
  }

  const app = express()
  app.use(express.urlencoded({ extended: false }))

  app.get('/sso', async (request, response) => {
    const read = await idp
      .parseLoginRequest(receiver, 'redirect', { query: request.query })
      .catch(() => undefined)
    if (!read)
      return void response.status(400).send(page('Not a request', html`<p>Start again from the app.</p>`))
    const { extract } = read
    const hidden = html`<input type="hidden" name="request" value="${extract.request.id}" />
      <input type="hidden" name="relayState" value="${request.query.RelayState ?? ''}" />`
    const buttons = people.map(
      ({ email, name, department }) =>
        html`<button name="email" value="${email}">${name}<small>${email}, ${department}</small></button>`,
    )
    response.send(
      page(
        'Who are you?',
        html`<p class="soft">This is the identity provider. It has no passwords: choose somebody.</p>
          <form method="post" action="/sso">${hidden}${buttons}</form>`,
      ),
    )
  })

  app.post('/sso', async (request, response) => {
    const person = people.find(({ email }) => email === request.body?.email)
    if (!person) return void response.status(400).send(page('Nobody', html`<p>There is no such person.</p>`))
    const SAMLResponse = await respond(person, request.body.request)
    // A browser posts what a provider says: the form sends itself, or is sent where there are no scripts.
    response.send(
      page(
        'One moment',
        html`<form method="post" action="${sp.acsURL}">
            <input type="hidden" name="SAMLResponse" value="${SAMLResponse}" />
            ${request.body.relayState ? html`<input type="hidden" name="RelayState" value="${request.body.relayState}" />` : ''}
            <button>Continue to the app</button>
          </form>
          <script>
            document.forms[0].submit()
          </script>`,
      ),
    )
  })

  endings(app)
  return { app, entityID, ssoURL: `${url}/sso` }
}
