import { instantOf, readNameID, type NameIDReading } from '../assertion.js'
import type { Instant } from '../instant.js'
import { SAML, SAMLP } from '../names.js'
import type { XmlElement } from '../xml/document.js'
import { attributeOf, childrenNamed, elementsOf, isElement, textOf } from '../xml/query.js'

export interface NameIDPolicyReading {
  readonly format: string | undefined
  readonly spNameQualifier: string | undefined
  readonly allowCreate: string | undefined
}

export interface AuthnContextReading {
  readonly comparison: string | undefined
  /** Undefined where one holds elements. */
  readonly classRefs: readonly (string | undefined)[]
  /** Whether declarations are asked for, by reference. */
  readonly hasDeclarations: boolean
}

/** An AuthnRequest as it stands there: the rules say what is right. */
export interface RequestReading {
  readonly id: string | undefined
  readonly version: string | undefined
  readonly issueInstant: Instant | undefined
  readonly issuers: readonly NameIDReading[]
  readonly destination: string | undefined
  readonly acsURL: string | undefined
  readonly acsIndex: string | undefined
  readonly protocolBinding: string | undefined
  readonly forceAuthn: string | undefined
  readonly isPassive: string | undefined
  readonly providerName: string | undefined
  readonly hasSubject: boolean
  readonly nameIDPolicy: NameIDPolicyReading | undefined
  readonly authnContext: AuthnContextReading | undefined
}

export function readRequest(root: XmlElement): RequestReading {
  const [policy] = childrenNamed(root, SAMLP, 'NameIDPolicy')
  const [context] = childrenNamed(root, SAMLP, 'RequestedAuthnContext')
  return {
    id: attributeOf(root, 'ID'),
    version: attributeOf(root, 'Version'),
    issueInstant: instantOf(root, 'IssueInstant'),
    issuers: childrenNamed(root, SAML, 'Issuer').map(readNameID),
    destination: attributeOf(root, 'Destination'),
    acsURL: attributeOf(root, 'AssertionConsumerServiceURL'),
    acsIndex: attributeOf(root, 'AssertionConsumerServiceIndex'),
    protocolBinding: attributeOf(root, 'ProtocolBinding'),
    forceAuthn: attributeOf(root, 'ForceAuthn'),
    isPassive: attributeOf(root, 'IsPassive'),
    providerName: attributeOf(root, 'ProviderName'),
    hasSubject: childrenNamed(root, SAML, 'Subject').length > 0,
    nameIDPolicy: policy && {
      format: attributeOf(policy, 'Format'),
      spNameQualifier: attributeOf(policy, 'SPNameQualifier'),
      allowCreate: attributeOf(policy, 'AllowCreate'),
    },
    authnContext: context && readContext(context),
  }
}

function readContext(element: XmlElement): AuthnContextReading {
  const children = elementsOf(element)
  return {
    comparison: attributeOf(element, 'Comparison'),
    classRefs: children.filter((child) => isElement(child, SAML, 'AuthnContextClassRef')).map(textOf),
    hasDeclarations: children.some((child) => isElement(child, SAML, 'AuthnContextDeclRef')),
  }
}

/** An xs:boolean; undefined for what is none. */
export function booleanOf(text: string | undefined): boolean | undefined {
  if (text === 'true' || text === '1') return true
  return text === undefined || text === 'false' || text === '0' ? false : undefined
}
