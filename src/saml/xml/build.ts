import { FederationError } from '../../core/outcome.js'
import type { XmlAttribute, XmlElement, XmlNode } from './document.js'

/** An element of which nothing is undefined but what shall not be there. */
export type Content = XmlNode | undefined | false | readonly (XmlNode | undefined | false)[]

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
    const children = content
      .flat()
      .filter((child): child is XmlNode => child !== undefined && child !== false && child !== '')
    for (const value of [...Object.values(attributes), ...children]) {
      // Callers without types must not find their objects spelled out in a signed message.
      const fits =
        value === undefined || typeof value === 'string' || (typeof value === 'object' && 'local' in value)
      if (!fits) throw new FederationError('ERR_INVALID_OPTION', `A value of ${local} is no text.`)
    }
    return {
      prefix,
      local,
      namespace,
      attributes: Object.entries(attributes).flatMap(([name, value]): XmlAttribute[] =>
        value === undefined ? [] : [{ prefix: '', local: name, namespace: '', value }],
      ),
      declarations: [],
      children,
      parent: undefined,
      hasComment: false,
      start: 0,
      end: 0,
    }
  }
}

/** The element with another child after its first: where SAML has the signature, behind the issuer. */
export function withSecondChild(element: XmlElement, child: XmlElement): XmlElement {
  const [first, ...rest] = element.children
  return { ...element, children: first === undefined ? [child] : [first, child, ...rest] }
}
