import type { NamespaceDeclaration } from './namespaces.js'

/** The canonical order of attributes: by the name of their namespace, then by local name. */
export function byAttributeName(a: Named, b: Named): number {
  return compared(a.namespace, b.namespace) || compared(a.local, b.local)
}

interface Named {
  readonly namespace: string
  readonly local: string
}

/** The canonical order of namespace declarations: the default one first. */
export function byPrefix(a: NamespaceDeclaration, b: NamespaceDeclaration): number {
  return compared(a.prefix, b.prefix)
}

// Names and namespace names are ASCII here, so that the order of UTF-16 units is that of code points.
function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Most messages have their attributes in order already: signers write the canonical form. */
export function isSorted<T>(list: readonly T[], order: (a: T, b: T) => number): boolean {
  for (let at = 1; at < list.length; at++) {
    if (order(list[at - 1] as T, list[at] as T) > 0) return false
  }
  return true
}
