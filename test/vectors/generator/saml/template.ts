import {
  ACS,
  at,
  BEARER,
  EMAIL,
  IDP,
  PASSWORD,
  PERSON,
  REQUEST,
  SAML,
  SAMLP,
  SP,
  SUCCESS,
  URI_NAME,
} from './world.js'

/** Attributes of a start tag, to the letter: nothing is escaped here, so that a case can write what is wrong. */
export type Attributes = Readonly<Record<string, string | undefined>>

/** An element as text. `undefined` leaves an attribute out. */
export function tag(name: string, attributes: Attributes = {}, content = ''): string {
  const written = Object.entries(attributes)
    .map(([attribute, value]) => (value === undefined ? '' : ` ${attribute}="${value}"`))
    .join('')
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`
}

/** Where the signature of the element with this ID is put. */
export function place(id: string): string {
  return `{{signature of ${id}}}`
}

export interface AssertionParts {
  readonly name?: string
  readonly attributes?: Attributes
  readonly issuer?: string
  readonly signature?: string
  readonly subject?: string
  readonly conditions?: string
  readonly advice?: string
  readonly authn?: string
  readonly statement?: string
}

/** An Assertion, whole; each part of it can be given as text. */
export function assertion(parts: AssertionParts = {}): string {
  const { attributes = {}, subject: about = subject(), conditions: when = conditions() } = parts
  const all = { ID: '_assertion-1', IssueInstant: at(-30), Version: '2.0', ...attributes }
  const content = [
    parts.issuer ?? issuer(),
    parts.signature ?? place(all.ID),
    about,
    when,
    parts.advice ?? '',
    parts.authn ?? authn(),
    parts.statement ?? '',
  ]
  return tag(parts.name ?? 'saml:Assertion', all, content.join(''))
}

export interface ResponseParts {
  readonly name?: string
  readonly attributes?: Attributes
  readonly issuer?: string
  readonly signature?: string
  readonly extensions?: string
  readonly status?: string
  readonly assertion?: string
}

export const NAMESPACES: Attributes = { 'xmlns:samlp': SAMLP, 'xmlns:saml': SAML }

/** A Response, whole, that is not signed itself unless a place for its signature is given. */
export function response(parts: ResponseParts = {}): string {
  const { attributes = {} } = parts
  const all = {
    ...NAMESPACES,
    Destination: ACS,
    ID: '_response-1',
    InResponseTo: REQUEST,
    IssueInstant: at(-30),
    Version: '2.0',
    ...attributes,
  }
  const content = [
    parts.issuer ?? issuer(),
    parts.signature ?? '',
    parts.extensions ?? '',
    parts.status ?? status(),
    parts.assertion ?? assertion(),
  ]
  return tag(parts.name ?? 'samlp:Response', all, content.join(''))
}

export function issuer(value = IDP, attributes: Attributes = {}): string {
  return tag('saml:Issuer', attributes, value)
}

export function status(value = SUCCESS, more = '', inside = ''): string {
  return tag('samlp:Status', {}, tag('samlp:StatusCode', { Value: value }, inside) + more)
}

export function nameID(value = PERSON, attributes: Attributes = {}): string {
  return tag('saml:NameID', { Format: EMAIL, ...attributes }, value)
}

export function subject(name = nameID(), confirmed = confirmation()): string {
  return tag('saml:Subject', {}, name + confirmed)
}

export function confirmation(data: Attributes = {}, method: string | undefined = BEARER): string {
  return tag('saml:SubjectConfirmation', { Method: method }, confirmationData(data))
}

export function confirmationData(attributes: Attributes = {}, content = ''): string {
  const all = { InResponseTo: REQUEST, NotOnOrAfter: at(300), Recipient: ACS, ...attributes }
  return tag('saml:SubjectConfirmationData', all, content)
}

export function conditions(attributes: Attributes = {}, content = audience()): string {
  return tag('saml:Conditions', { NotBefore: at(-60), NotOnOrAfter: at(300), ...attributes }, content)
}

/** One AudienceRestriction. */
export function audience(...audiences: readonly string[]): string {
  const all = audiences.length === 0 ? [SP] : audiences
  return tag('saml:AudienceRestriction', {}, all.map((one) => tag('saml:Audience', {}, one)).join(''))
}

export function authn(attributes: Attributes = {}): string {
  const context = tag('saml:AuthnContext', {}, tag('saml:AuthnContextClassRef', {}, PASSWORD))
  const all = { AuthnInstant: at(-90), SessionIndex: '_session-1', ...attributes }
  return tag('saml:AuthnStatement', all, context)
}

export function statement(...attributes: readonly string[]): string {
  return tag('saml:AttributeStatement', {}, attributes.join(''))
}

/** An Attribute with these values, each as text; what begins with `<` is an AttributeValue already. */
export function attribute(
  name: string,
  values: string | readonly string[],
  attributes: Attributes = {},
): string {
  const list = typeof values === 'string' ? [values] : values
  const content = list.map((value) =>
    value.startsWith('<saml:AttributeValue') ? value : tag('saml:AttributeValue', {}, value),
  )
  return tag('saml:Attribute', { Name: name, NameFormat: URI_NAME, ...attributes }, content.join(''))
}
