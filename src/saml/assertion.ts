import { readInstant, type Instant } from './instant.js'
import { ACCESS_CONTROL, DSIG, SAML, XS, XSI } from './names.js'
import { trimmed } from './xml/characters.js'
import type { XmlElement } from './xml/document.js'
import { attributeOf, elementsOf, holdsElementsOnly, isElement, textOf } from './xml/query.js'

/** A NameID or an Issuer. */
export interface NameIDReading {
  readonly format: string | undefined
  /** Undefined where it holds elements. */
  readonly value: string | undefined
  readonly nameQualifier: string | undefined
  readonly spNameQualifier: string | undefined
}

export interface ConfirmationReading {
  readonly method: string | undefined
  /** How many SubjectConfirmationData there are; what follows is of the first. */
  readonly dataCount: number
  readonly recipient: string | undefined
  readonly inResponseTo: string | undefined
  readonly notBefore: Instant | undefined
  readonly notOnOrAfter: Instant | undefined
}

export interface ConditionsReading {
  readonly notBefore: Instant | undefined
  readonly notOnOrAfter: Instant | undefined
  /** One list of audiences for each AudienceRestriction: all of them must hold. */
  readonly audienceRestrictions: readonly (readonly (string | undefined)[])[]
  /** Conditions that are not known, by name: whether they hold cannot be said (SAML Core 2.5.1). */
  readonly unknown: readonly string[]
}

export interface AuthnStatementReading {
  readonly authnInstant: Instant | undefined
  readonly sessionIndex: string | undefined
  readonly sessionNotOnOrAfter: Instant | undefined
}

export interface AttributeValueReading {
  /** Undefined where it holds elements. */
  readonly text: string | undefined
  readonly nil: boolean
  /** The xsi:type where it is not a text's: as written. */
  readonly foreignType: string | undefined
}

export interface AttributeReading {
  readonly name: string | undefined
  /** What the name says after the prefix of attributes for access control, where it has exactly that (R110). */
  readonly tagKey: string | undefined
  readonly nameFormat: string | undefined
  readonly values: readonly AttributeValueReading[]
}

/** An Assertion as it stands there, with everything as often as it occurs: the rules say what is right. */
export interface AssertionReading {
  readonly element: XmlElement
  readonly id: string | undefined
  readonly version: string | undefined
  readonly issueInstant: Instant | undefined
  readonly issuers: readonly NameIDReading[]
  readonly subjectCount: number
  readonly nameIDs: readonly NameIDReading[]
  readonly confirmations: readonly ConfirmationReading[]
  readonly conditions: readonly ConditionsReading[]
  readonly authnStatements: readonly AuthnStatementReading[]
  readonly attributes: readonly AttributeReading[]
  /** What has no place there by the schema of SAML: a path, and what stands at it. */
  readonly misplaced: readonly { readonly path: string; readonly name: string }[]
}

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] }

/** The order in which the schema has an Assertion's children; statements stand together at the end. */
const ORDER: ReadonlyMap<string, number> = new Map([
  ['Issuer', 0],
  ['Signature', 1],
  ['Subject', 2],
  ['Conditions', 3],
  ['Advice', 4],
  ['Statement', 5],
  ['AuthnStatement', 5],
  ['AuthzDecisionStatement', 5],
  ['AttributeStatement', 5],
])

export function readAssertion(element: XmlElement): AssertionReading {
  const reading: Writable<AssertionReading> = {
    element,
    id: attributeOf(element, 'ID'),
    version: attributeOf(element, 'Version'),
    issueInstant: instantOf(element, 'IssueInstant'),
    issuers: [],
    subjectCount: 0,
    nameIDs: [],
    confirmations: [],
    conditions: [],
    authnStatements: [],
    attributes: [],
    misplaced: [],
  }
  const misplaced = (path: string, { local }: XmlElement): void => {
    reading.misplaced.push({ path, name: local })
  }
  const scopes = new Scopes()
  let reached = 0
  for (const child of element.children) {
    if (typeof child === 'string') continue
    const known = child.namespace === (child.local === 'Signature' ? DSIG : SAML)
    const place = known ? ORDER.get(child.local) : undefined
    if (place === undefined || place < reached) misplaced('/Response/Assertion', child)
    reached = Math.max(reached, place ?? 0)
    if (child.namespace !== SAML) continue
    if (child.local === 'Issuer') reading.issuers.push(readNameID(child))
    else if (child.local === 'Subject') readSubject(child, reading, misplaced)
    else if (child.local === 'Conditions') reading.conditions.push(readConditions(child))
    else if (child.local === 'AuthnStatement') reading.authnStatements.push(readAuthnStatement(child))
    else if (child.local === 'AttributeStatement') readAttributes(child, reading, scopes, misplaced)
  }
  if (!holdsElementsOnly(element)) reading.misplaced.push({ path: '/Response/Assertion', name: 'text' })
  return reading
}

export function readNameID(element: XmlElement): NameIDReading {
  return {
    format: attributeOf(element, 'Format'),
    value: textOf(element),
    nameQualifier: attributeOf(element, 'NameQualifier'),
    spNameQualifier: attributeOf(element, 'SPNameQualifier'),
  }
}

export function instantOf(element: XmlElement, attribute: string): Instant | undefined {
  const text = attributeOf(element, attribute)
  return text === undefined ? undefined : readInstant(text)
}

function readSubject(
  subject: XmlElement,
  reading: Writable<AssertionReading>,
  misplaced: (path: string, element: XmlElement) => void,
): void {
  reading.subjectCount++
  for (const child of subject.children) {
    if (typeof child === 'string') continue
    if (isElement(child, SAML, 'NameID')) reading.nameIDs.push(readNameID(child))
    else if (isElement(child, SAML, 'SubjectConfirmation'))
      reading.confirmations.push(readConfirmation(child, misplaced))
    else misplaced('/Response/Assertion/Subject', child)
  }
}

function readConfirmation(
  element: XmlElement,
  misplaced: (path: string, element: XmlElement) => void,
): ConfirmationReading {
  const data: XmlElement[] = []
  for (const child of element.children) {
    if (typeof child === 'string') continue
    if (isElement(child, SAML, 'SubjectConfirmationData')) data.push(child)
    else if (!isElement(child, SAML, 'NameID'))
      misplaced('/Response/Assertion/Subject/SubjectConfirmation', child)
  }
  const [first] = data
  return {
    method: attributeOf(element, 'Method'),
    dataCount: data.length,
    recipient: first && attributeOf(first, 'Recipient'),
    inResponseTo: first && attributeOf(first, 'InResponseTo'),
    notBefore: first && instantOf(first, 'NotBefore'),
    notOnOrAfter: first && instantOf(first, 'NotOnOrAfter'),
  }
}

function readConditions(element: XmlElement): ConditionsReading {
  const audienceRestrictions: (readonly (string | undefined)[])[] = []
  const unknown: string[] = []
  for (const child of element.children) {
    if (typeof child === 'string') continue
    if (isElement(child, SAML, 'AudienceRestriction'))
      audienceRestrictions.push(
        elementsOf(child).map((audience) =>
          isElement(audience, SAML, 'Audience') ? textOf(audience) : undefined,
        ),
      )
    // OneTimeUse is kept by whoever keeps the replay store; ProxyRestriction binds those who issue anew.
    else if (!isElement(child, SAML, 'OneTimeUse') && !isElement(child, SAML, 'ProxyRestriction'))
      unknown.push(child.local)
  }
  return {
    notBefore: instantOf(element, 'NotBefore'),
    notOnOrAfter: instantOf(element, 'NotOnOrAfter'),
    audienceRestrictions,
    unknown,
  }
}

function readAuthnStatement(element: XmlElement): AuthnStatementReading {
  return {
    authnInstant: instantOf(element, 'AuthnInstant'),
    sessionIndex: attributeOf(element, 'SessionIndex'),
    sessionNotOnOrAfter: instantOf(element, 'SessionNotOnOrAfter'),
  }
}

function readAttributes(
  statement: XmlElement,
  reading: Writable<AssertionReading>,
  scopes: Scopes,
  misplaced: (path: string, element: XmlElement) => void,
): void {
  for (const child of statement.children) {
    if (typeof child === 'string') continue
    if (!isElement(child, SAML, 'Attribute')) {
      misplaced('/Response/Assertion/AttributeStatement', child)
      continue
    }
    const values: AttributeValueReading[] = []
    for (const value of child.children) {
      if (typeof value === 'string') continue
      if (isElement(value, SAML, 'AttributeValue')) values.push(readValue(value, scopes))
      else misplaced('/Response/Assertion/AttributeStatement/Attribute', value)
    }
    const name = attributeOf(child, 'Name')
    reading.attributes.push({
      name,
      tagKey: name?.startsWith(ACCESS_CONTROL) ? name.slice(ACCESS_CONTROL.length) : undefined,
      nameFormat: attributeOf(child, 'NameFormat'),
      values,
    })
  }
}

function readValue(element: XmlElement, scopes: Scopes): AttributeValueReading {
  let nil = false
  let foreignType: string | undefined
  for (const { namespace, local, value } of element.attributes) {
    if (namespace !== XSI) continue
    // Both types have their white space collapsed (XML Schema 2, 4.3.6).
    if (local === 'nil') nil = /^(?:true|1)$/.test(trimmed(value))
    if (local === 'type' && !isTextType(element, trimmed(value), scopes)) foreignType = value
  }
  return { text: textOf(element), nil, foreignType }
}

/**
 * Whether a QName in xsi:type is that of a text. A prefix that occurs in values only is not "visibly used", so exclusive
 * canonicalization drops its declaration unless the signer listed it: then the local name has to do.
 */
function isTextType(element: XmlElement, type: string, scopes: Scopes): boolean {
  const colon = type.indexOf(':')
  const prefix = colon < 0 ? '' : type.slice(0, colon)
  const local = type.slice(colon + 1)
  if (local !== 'string' && local !== 'anyType') return false
  const uri = scopes.uriOf(element, prefix)
  return uri === undefined || uri === XS
}

/** What prefixes stand for where they occur in values: each element's declarations are looked through once. */
class Scopes {
  readonly #known = new Map<XmlElement, ReadonlyMap<string, string>>()

  uriOf(element: XmlElement, prefix: string): string | undefined {
    for (let at: XmlElement | undefined = element; at; at = at.parent) {
      if (at.declarations.length === 0) continue
      const declared = this.#known.get(at) ?? new Map(at.declarations.map((one) => [one.prefix, one.uri]))
      this.#known.set(at, declared)
      const uri = declared.get(prefix)
      if (uri !== undefined) return uri
    }
    return undefined
  }
}
