import { parseJson } from '../../core/json.js'
import { parseDocument, type XmlElement } from '../../saml/xml/document.js'
import { XmlFault } from '../../saml/xml/fault.js'
import { attributeOf, elementsOf } from '../../saml/xml/query.js'

/** The document of a text, for finding places in it; undefined where it cannot be read. */
export function documentOf(text: string): XmlElement | undefined {
  try {
    return parseDocument(text)
  } catch (error) {
    if (error instanceof XmlFault) return undefined
    throw error
  }
}

const STEP = /^\/(@?)([\w.:-]{1,64})(?:\[(\d{1,6})\]|\[@Name=("(?:[^"\\]|\\.)*")\])?/

/**
 * The offset of what a finding's path names (`/Response/Assertion/Subject/NameID/@Format`); of what is not there, the
 * element in which it would be. Undefined for a path of another document.
 */
export function offsetOf(root: XmlElement, path: string): number | undefined {
  let rest = path
  let at: XmlElement | undefined
  while (rest !== '') {
    const step = STEP.exec(rest)
    if (!step) return at?.start
    const [all, isAttribute, local = '', index, name] = step
    rest = rest.slice(all.length)
    if (!at) {
      if (root.local !== local) return undefined
      at = root
      continue
    }
    if (isAttribute !== '') return attributeOffset(at, local) ?? at.start
    const children = elementsOf(at).filter((child) => child.local === local)
    const found: XmlElement | undefined =
      name === undefined ? children[Number(index ?? 1) - 1] : named(at, local, name)
    if (!found) return at.start
    at = found
  }
  return at?.start
}

/** The first child whose Name is shown so: a long one is cut in a path. Attributes may stand in several statements. */
function named(parent: XmlElement, local: string, shown: string): XmlElement | undefined {
  const read = parseJson(shown, { maxDepth: 1 })
  const name = read.ok && typeof read.value === 'string' ? read.value : ''
  const begins = name.endsWith('...') ? name.slice(0, -3) : undefined
  const statements = parent.parent
    ? elementsOf(parent.parent).filter((one) => one.local === parent.local)
    : [parent]
  for (const statement of statements) {
    for (const child of elementsOf(statement)) {
      if (child.local !== local) continue
      const value = attributeOf(child, 'Name') ?? ''
      if (value === name || (begins !== undefined && value.startsWith(begins))) return child
    }
  }
  return undefined
}

/** Where an attribute begins in its element's start tag, which the reader found well-formed. */
function attributeOffset({ source, start, startTagEnd }: XmlElement, local: string): number | undefined {
  const tag = source.slice(start, startTagEnd)
  for (const { index, 1: space = '', 2: name = '' } of tag.matchAll(
    /(\s+)([\w.:-]+)\s*=\s*(?:"[^"]*"|'[^']*')/g,
  ))
    if (name === local || name.endsWith(`:${local}`)) return start + index + space.length
  return undefined
}
