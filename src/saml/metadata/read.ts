import type { Verdict } from '../../core/outcome.js'
import { parseCertificateText, type TrustedCertificate } from '../certificate.js'
import { readInstant, type Instant } from '../instant.js'
import { DSIG, HTTP_POST, HTTP_REDIRECT, METADATA, SAMLP } from '../names.js'
import { trimmed } from '../xml/characters.js'
import type { XmlElement } from '../xml/document.js'
import { attributeOf, childrenNamed, elementsOf, textOf } from '../xml/query.js'

export interface KeyReading {
  readonly path: string
  readonly use: string | undefined
  /** Of a key for signing; of others none is read. */
  readonly certificates: readonly { readonly path: string; readonly verdict: Verdict<TrustedCertificate> }[]
}

/** An endpoint of a binding that is understood. */
export interface EndpointReading {
  readonly path: string
  readonly binding: string
  readonly location: string | undefined
  readonly index: string | undefined
  readonly isDefault: string | undefined
}

export interface RoleReading {
  readonly kind: 'idp' | 'sp'
  readonly path: string
  readonly keys: readonly KeyReading[]
  readonly endpoints: readonly EndpointReading[]
  /** How many there are of any binding. */
  readonly endpointCount: number
  readonly nameIDFormats: readonly string[]
  /** Each attribute that is a boolean, the endpoints' included. */
  readonly flags: readonly { readonly path: string; readonly value: string }[]
  readonly element: XmlElement
}

/** How long an element is good, by what it says itself; all that stand around an entity bind it, too. */
export interface ValidityReading {
  readonly path: string
  readonly validUntil: Instant | undefined
  readonly cacheDuration: string | undefined
}

/** An EntityDescriptor as it stands there, with everything as often as it occurs: the rules say what is right. */
export interface EntityReading {
  readonly path: string
  readonly entityID: string | undefined
  /** Those for SAML 2.0; WS-Federation's and others are nobody's business here. */
  readonly roles: readonly RoleReading[]
  /** Descriptors of a wanted kind that speak another protocol only. */
  readonly foreign: readonly string[]
  readonly validity: readonly ValidityReading[]
}

const KINDS = [
  {
    kind: 'idp',
    local: 'IDPSSODescriptor',
    endpoint: 'SingleSignOnService',
    bindings: [HTTP_POST, HTTP_REDIRECT],
    flags: ['WantAuthnRequestsSigned'],
  },
  {
    kind: 'sp',
    local: 'SPSSODescriptor',
    endpoint: 'AssertionConsumerService',
    bindings: [HTTP_POST],
    flags: ['AuthnRequestsSigned', 'WantAssertionsSigned'],
  },
] as const

type PathOf = (element: XmlElement) => string

export function readEntity(element: XmlElement): EntityReading {
  const pathOf = xpaths()
  const roles: RoleReading[] = []
  const foreign: string[] = []
  const validity: ValidityReading[] = []
  for (let at: XmlElement | undefined = element; at; at = at.parent)
    validity.unshift(readValidity(at, pathOf))
  for (const kind of KINDS) {
    for (const role of childrenNamed(element, METADATA, kind.local)) {
      if (!tokensOf(attributeOf(role, 'protocolSupportEnumeration')).includes(SAMLP)) {
        foreign.push(pathOf(role))
        continue
      }
      roles.push(readRole(role, kind, pathOf))
      validity.push(readValidity(role, pathOf))
    }
  }
  return { path: pathOf(element), entityID: attributeOf(element, 'entityID'), roles, foreign, validity }
}

function readRole(
  element: XmlElement,
  { kind, endpoint, bindings, flags }: (typeof KINDS)[number],
  pathOf: PathOf,
): RoleReading {
  const path = pathOf(element)
  const all = childrenNamed(element, METADATA, endpoint)
  const endpoints = all.flatMap((child): readonly EndpointReading[] => {
    const binding = bindings.find((known) => known === attributeOf(child, 'Binding'))
    return binding === undefined ? [] : [readEndpoint(child, binding, pathOf)]
  })
  return {
    kind,
    path,
    keys: childrenNamed(element, METADATA, 'KeyDescriptor').map((key) => readKey(key, pathOf)),
    endpoints,
    endpointCount: all.length,
    nameIDFormats: childrenNamed(element, METADATA, 'NameIDFormat').map((format) =>
      trimmed(textOf(format) ?? ''),
    ),
    flags: [
      ...flags.map((name) => ({ path: `${path}/@${name}`, value: attributeOf(element, name) })),
      ...endpoints.map((one) => ({ path: `${one.path}/@isDefault`, value: one.isDefault })),
    ].flatMap(({ path: at, value }) => (value === undefined ? [] : [{ path: at, value }])),
    element,
  }
}

function readEndpoint(element: XmlElement, binding: string, pathOf: PathOf): EndpointReading {
  return {
    path: pathOf(element),
    binding,
    location: attributeOf(element, 'Location'),
    index: attributeOf(element, 'index'),
    isDefault: attributeOf(element, 'isDefault'),
  }
}

function readKey(element: XmlElement, pathOf: PathOf): KeyReading {
  const use = attributeOf(element, 'use')
  const texts =
    use === undefined || use === 'signing'
      ? childrenNamed(element, DSIG, 'KeyInfo')
          .flatMap((info) => childrenNamed(info, DSIG, 'X509Data'))
          .flatMap((data) => childrenNamed(data, DSIG, 'X509Certificate'))
      : []
  const certificates = texts.map((text) => ({
    path: pathOf(text),
    verdict: parseCertificateText(textOf(text) ?? ''),
  }))
  return { path: pathOf(element), use, certificates }
}

function readValidity(element: XmlElement, pathOf: PathOf): ValidityReading {
  const validUntil = attributeOf(element, 'validUntil')
  return {
    path: pathOf(element),
    validUntil: validUntil === undefined ? undefined : readInstant(validUntil),
    cacheDuration: attributeOf(element, 'cacheDuration'),
  }
}

function tokensOf(list = ''): readonly string[] {
  return list.split(/[\t\n\r ]+/)
}

/** Where an element stands among those of its name: `/EntityDescriptor/IDPSSODescriptor/KeyDescriptor[2]`. */
export function xpathOf(element: XmlElement): string {
  return xpaths()(element)
}

/** As {@link xpathOf}, for many elements of one document: thousands of siblings are counted once. */
function xpaths(): (element: XmlElement) => string {
  const known = new Map<XmlElement, string>()
  const of = (element: XmlElement): string => {
    const { parent } = element
    if (!parent) return `/${element.local}`
    if (!known.has(element)) {
      const path = of(parent)
      const children = elementsOf(parent)
      const counts = new Map<string, number>()
      for (const { local } of children) counts.set(local, (counts.get(local) ?? 0) + 1)
      const places = new Map<string, number>()
      for (const child of children) {
        const place = (places.get(child.local) ?? 0) + 1
        places.set(child.local, place)
        known.set(child, `${path}/${child.local}${counts.get(child.local) === 1 ? '' : `[${place}]`}`)
      }
    }
    return known.get(element) ?? ''
  }
  return of
}
