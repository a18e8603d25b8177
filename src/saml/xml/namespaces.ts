import { XmlFault } from './fault.js'

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'
export const XMLNS_NAMESPACE = 'http://www.w3.org/2000/xmlns/'

/** A canonical form may repeat a namespace's name at every element; an unbounded one would multiply (S71). */
export const MAX_XML_NAMESPACE_CHARACTERS = 1_024

export interface NamespaceDeclaration {
  /** Empty for the default namespace. */
  readonly prefix: string
  readonly uri: string
}

/** What each prefix stands for where the reader is; undone when the element that declared it ends. */
export class Namespaces {
  readonly #bindings = new Map<string, string>([
    ['', ''],
    ['xml', XML_NAMESPACE],
  ])
  readonly #undo: (readonly [prefix: string, uri: string | undefined])[] = []

  declare(declarations: readonly NamespaceDeclaration[], at: number): void {
    for (const { prefix, uri } of declarations) {
      this.#undo.push([prefix, this.#bindings.get(prefix)])
      this.#bindings.set(prefix, uri)
    }
    const prefixes = declarations.length > 1 ? new Set(declarations.map(({ prefix }) => prefix)) : undefined
    if (prefixes && prefixes.size < declarations.length)
      throw new XmlFault('saml/xml-duplicate-attribute', 'declaration', at)
  }

  undeclare(count: number): void {
    for (let left = count; left > 0; left--) {
      const [prefix, uri] = this.#undo.pop() ?? []
      if (prefix === undefined) return
      if (uri === undefined) this.#bindings.delete(prefix)
      else this.#bindings.set(prefix, uri)
    }
  }

  resolve(prefix: string, at: number): string {
    const uri = this.#bindings.get(prefix)
    if (uri === undefined) throw new XmlFault('saml/xml-namespaces', 'undeclared-prefix', at)
    return uri
  }
}

// RFC 3986, without IP literals. Canonical XML is undefined for relative ones (S26), and peers refuse what is no URI.
const URI_CHARACTER = "[\\w.~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
const AUTHORITY = `//(?:(?:${URI_CHARACTER}|:)*@)?(?:${URI_CHARACTER})*(?::\\d{1,5})?(?=[/?#]|$)`
const QUERY = `(?:${URI_CHARACTER}|[:@/?])*`
const NAMESPACE_NAME = new RegExp(
  `^[A-Za-z][A-Za-z0-9+.-]*:(?:(?!//)|${AUTHORITY})(?:${URI_CHARACTER}|[:@/])*(?:\\?${QUERY})?(?:#${QUERY})?$`,
)

/** A declaration as it is written, if it is one that may be. */
export function declared(prefix: string, uri: string, at: number): NamespaceDeclaration {
  const fault = (reason: string): never => {
    throw new XmlFault('saml/xml-namespaces', reason, at)
  }
  if (prefix === 'xmlns') fault('reserved')
  if ((prefix === 'xml') !== (uri === XML_NAMESPACE) || uri === XMLNS_NAMESPACE) fault('reserved')
  if (uri === '') return prefix === '' ? { prefix, uri } : fault('empty')
  if (uri.length > MAX_XML_NAMESPACE_CHARACTERS) throw new XmlFault('saml/xml-limits', 'namespace', at)
  if (!NAMESPACE_NAME.test(uri)) fault('not-a-uri')
  return { prefix, uri }
}
