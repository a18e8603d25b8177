import { FederationError } from '../../core/outcome.js'
import { MADE, type XmlAttribute, type XmlElement, type XmlNode } from './document.js'

/** An element of which nothing is undefined but what shall not be there. */
export type Content = Part | readonly Part[]

/**
 * Makes elements of one namespace. A tree that is made of them is written by `canonicalize`, and by nothing else: what
 * is written is canonical from the start, and no value can break out of its place (S98).
 */
export function elementsIn(prefix: string, namespace: string) {
  return (
    local: string,
    attributes: Readonly<Record<string, string | undefined>> = {},
    ...content: readonly Content[]
  ): XmlElement => {
    const children: XmlNode[] = []
    for (const part of content) {
      if (isList(part)) for (const child of part) add(children, child, local)
      else add(children, part, local)
    }
    const written: XmlAttribute[] = []
    for (const [name, value] of Object.entries(attributes)) {
      if (value === undefined) continue
      if (typeof value !== 'string') throw noText(local)
      written.push({ prefix: '', local: name, namespace: '', value })
    }
    // Member by member as the reader makes them: functions that meet objects of one shape alone are faster by a quarter.
    const element: XmlElement & { readonly firstChild: number; readonly [MADE]: true } = {
      prefix,
      local,
      namespace,
      attributes: written,
      declarations: [],
      children,
      parent: undefined,
      hasComment: false,
      source: '',
      start: 0,
      startTagEnd: 0,
      end: 0,
      isTagCanonical: false,
      isContentCanonical: false,
      firstChild: 0,
      [MADE]: true,
    }
    return element
  }
}

type Part = XmlNode | undefined | false

function isMade(child: object): boolean {
  return (child as { readonly [MADE]?: unknown })[MADE] === true
}

function isList(content: Content): content is readonly Part[] {
  return Array.isArray(content)
}

function add(children: XmlNode[], child: Part, local: string): void {
  if (child === undefined || child === false || child === '') return
  if (typeof child !== 'string' && !(typeof child === 'object' && child !== null && isMade(child)))
    throw noText(local)
  children.push(child)
}

/** Callers without types must not find their objects spelled out in a signed message. */
function noText(local: string): FederationError {
  return new FederationError('ERR_INVALID_OPTION', `A value of ${local} is no text.`)
}

/** The element with another child after its first: where SAML has the signature, behind the issuer. */
export function withSecondChild(element: XmlElement, child: XmlElement): XmlElement {
  const [first, ...rest] = element.children
  const children = first === undefined ? [child] : [first, child, ...rest]
  // Its source does not hold the child.
  return { ...element, children, source: '', isTagCanonical: false, isContentCanonical: false }
}
