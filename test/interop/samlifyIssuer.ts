import * as samlify from 'samlify'
import type { Order, Supplied } from './issuer.js'

const POST = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'

/** samlify's template of a Response has no AuthnStatement of its own: its user writes one. */
const AUTHN_STATEMENT =
  '<saml:AuthnStatement AuthnInstant="{IssueInstant}" SessionIndex="{AssertionID}"><saml:AuthnContext>' +
  '<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>' +
  '</saml:AuthnContext></saml:AuthnStatement>'

/** What its user does otherwise than Identity Center needs it. */
export interface Own {
  /** It then leaves out attributes, and any template but its own. */
  readonly filled?: 'by samlify'
  readonly request?: 'none'
  readonly valueType?: string
}

const URI = 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri'

export async function issueBySamlify({
  own,
  sp,
  idp,
  ...order
}: Order & { readonly own: Own | undefined }): Promise<Supplied> {
  const bySamlify = own?.filled !== undefined
  const attributes = Object.keys(bySamlify ? {} : order.attributes).map((name, at) => ({
    name,
    valueTag: `value${at}`,
    nameFormat: URI,
    valueXsiType: own?.valueType ?? 'xs:string',
  }))
  const { context } = samlify.SamlLib.defaultLoginResponseTemplate
  const template = context.replace('{AuthnStatement}', AUTHN_STATEMENT)
  const receiver = samlify.ServiceProvider({
    entityID: sp.entityID,
    wantAssertionsSigned: order.sign !== 'response',
    wantMessageSigned: order.sign !== 'assertion',
    assertionConsumerService: [{ Binding: POST, Location: sp.acsURL }],
  })
  const sender = samlify.IdentityProvider({
    entityID: idp.entityID,
    privateKey: idp.privateKey,
    signingCert: idp.certificate,
    ...(order.alg === 'default'
      ? {}
      : { requestSignatureAlgorithm: `http://www.w3.org/2001/04/xmldsig-more#${order.alg}` }),
    nameIDFormat: [order.nameIDFormat],
    singleSignOnService: [{ Binding: POST, Location: 'https://idp.example.com/sso' }],
    // It complains where there is none.
    singleLogoutService: [{ Binding: POST, Location: 'https://idp.example.com/slo' }],
    loginResponseTemplate: { context: template, attributes },
  })
  const request = { extract: own?.request === 'none' ? {} : { request: { id: order.inResponseTo } } }
  const at = Date.now()
  const fill = (text: string) => {
    const id = `_samlify-${at}`
    const ends = new Date(at + 300_000).toISOString()
    const values = {
      ID: id,
      AssertionID: `${id}-assertion`,
      Destination: sp.acsURL,
      Audience: sp.entityID,
      SubjectRecipient: sp.acsURL,
      Issuer: idp.entityID,
      IssueInstant: new Date(at).toISOString(),
      StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
      ConditionsNotBefore: new Date(at).toISOString(),
      ConditionsNotOnOrAfter: ends,
      SubjectConfirmationDataNotOnOrAfter: ends,
      NameIDFormat: order.nameIDFormat,
      NameID: order.nameID,
      InResponseTo: own?.request === 'none' ? undefined : order.inResponseTo,
      AuthnStatement: '',
      ...Object.fromEntries(
        Object.values(order.attributes).map(([value], index) => [`attrValue${index}`, value]),
      ),
    }
    return { id, context: samlify.SamlLib.replaceTagsByValue(text, values) }
  }
  const user = { email: order.nameID }
  const made = await sender.createLoginResponse(receiver, request, 'post', user, bySamlify ? undefined : fill)
  return { response: made.context }
}
