import { trimmed } from './characters.js'
import type { XmlElement } from './document.js'

/** Elements and attributes are told by namespace and local name, everywhere and alone (S15, S33). */
export function isElement(element: XmlElement, namespace: string, local: string): boolean {
  return element.local === local && element.namespace === namespace
}

/** The child elements, in order. */
export function elementsOf(element: XmlElement): readonly XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string')
}

export function childrenNamed(element: XmlElement, namespace: string, local: string): readonly XmlElement[] {
  return elementsOf(element).filter((child) => isElement(child, namespace, local))
}

/** The value of an attribute without a namespace. */
export function attributeOf(element: XmlElement, local: string): string | undefined {
  for (const attribute of element.attributes) {
    if (attribute.local === local && attribute.namespace === '') return attribute.value
  }
  return undefined
}

/** All of an element's text; undefined where it holds elements, too. */
export function textOf(element: XmlElement): string | undefined {
  const { children } = element
  const first = children[0]
  if (first === undefined) return ''
  return children.length === 1 && typeof first === 'string' ? first : undefined
}

/** Whether an element holds elements only, and white space between them. */
export function holdsElementsOnly(element: XmlElement): boolean {
  return element.children.every((child) => typeof child !== 'string' || trimmed(child) === '')
}

/** An element and every one in it, in document order. Nesting is bounded by the parser. */
export function allElementsOf(element: XmlElement, found: XmlElement[] = []): readonly XmlElement[] {
  found.push(element)
  for (const child of element.children) if (typeof child !== 'string') allElementsOf(child, found)
  return found
}

const MAX_PATH_CHARACTERS = 512

/** Where an element stands: `/Response/Assertion/Subject`. Its end where it is long, and long names cut: a sender chooses both. */
export function pathOf(element: XmlElement): string {
  let path = ''
  for (let at: XmlElement | undefined = element; at; at = at.parent) {
    const name = at.local.length > 64 ? `${at.local.slice(0, 64)}...` : at.local
    path = `/${name}${path}`
    if (path.length > MAX_PATH_CHARACTERS) return `...${path}`
  }
  return path
}
