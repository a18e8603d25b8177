import type { CheckResult, Fault, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { difference } from '../differ.js'
import { METADATA } from '../names.js'
import { missingRow, placementRow, verificationRules } from '../response/signatureRules.js'
import type { XmlElement } from '../xml/document.js'
import { attributeOf, isElement, allElementsOf, pathOf } from '../xml/query.js'
import type { Verified } from '../xml/signature.js'
import type { SignatureFault } from '../xml/signatureFault.js'
import { xpathOf } from './read.js'

/** The document as it was received, and the signature of its root where one was asked for. */
export interface DocumentSubject {
  readonly root: XmlElement
  /** The one signature of the root: verified, or why not. */
  readonly signatures: readonly { readonly verified?: Verified; readonly fault?: SignatureFault }[]
  /** Signatures that do not cover the document: further ones of the root, or, where it has none, any. */
  readonly strays: readonly XmlElement[]
}

/** The shape of the document, before anything of it is believed. */
export const shapeRules: readonly Rule<DocumentSubject>[] = [
  {
    id: 'saml/metadata-root',
    severity: 'error',
    source: 'SAML Metadata 2.3',
    title: 'The root is an EntityDescriptor or an EntitiesDescriptor of SAML 2.0 metadata',
    fix: 'Give the whole metadata document; it begins with <EntityDescriptor, with or without a prefix such as md:.',
    check: ({ root }) => {
      if (isRoot(root)) return []
      const known = root.local === 'EntityDescriptor' || root.local === 'EntitiesDescriptor'
      return [
        {
          reason: known ? 'namespace' : 'root',
          path: pathOf(root),
          expected: `EntityDescriptor of ${METADATA}`,
          actual: shown(`${root.local} of ${root.namespace === '' ? 'no namespace' : root.namespace}`),
          message: 'The document is no SAML 2.0 metadata.',
        },
      ]
    },
  },
  {
    id: 'saml/metadata-id',
    severity: 'error',
    source: 'XML 1.0 3.3.1; attack S22',
    title: 'No two elements of the document have the same ID',
    fix: 'Give each element an ID of its own, or none.',
    check: ({ root }) => {
      const faults: Fault[] = []
      const seen = new Set<string>()
      for (const element of allElementsOf(root)) {
        for (const { local, value } of element.attributes) {
          if (local.length !== 2 || local.toLowerCase() !== 'id') continue
          // Of every attribute that some reader takes for an ID, in whatever spelling.
          if (seen.has(value) && faults.length < 20)
            faults.push({
              reason: 'duplicate',
              path: `${xpathOf(element)}/@${local}`,
              actual: shown(value),
              message: 'Two elements have this ID.',
            })
          seen.add(value)
        }
      }
      return faults
    },
  },
]

/** Who vouches for the document: asked only where certificates say whom to believe. */
export const metadataSignatureRules: readonly Rule<DocumentSubject>[] = [
  {
    ...missingRow,
    check: ({ signatures, strays, root }) =>
      signatures.length > 0 || strays.length > 0
        ? []
        : [
            {
              reason: 'missing',
              path: pathOf(root),
              message: 'The metadata is not signed.',
              fix: 'Give metadata that its issuer signed. Where the way it came is trusted by itself, leave the certificates out.',
            },
          ],
  },
  {
    ...placementRow,
    check: ({ strays, root }) =>
      strays.slice(0, 20).map((stray) => ({
        reason: 'misplaced',
        path: xpathOf(stray),
        expected: `/${root.local}/Signature`,
        message: 'This signature does not cover the document as a whole.',
        fix: 'Give metadata whose root holds one signature, over all of it.',
      })),
  },
  ...verificationRules,
]

/** The document, as it may be read, and who is looked for in it. */
export interface ChoiceSubject {
  readonly root: XmlElement
  readonly entityID: string | undefined
  readonly entities: readonly XmlElement[]
}

export const choiceRules: readonly Rule<ChoiceSubject>[] = [
  {
    id: 'saml/metadata-entity',
    severity: 'error',
    source: 'SAML Metadata 2.3.1; attack S99',
    title: 'One entity is meant, and the document describes it once',
    fix: 'Name the entityID (countersign: --entity-id), as the document spells it; or give a document of this entity alone.',
    check: choiceFaults,
  },
]

export function isRoot(root: XmlElement): boolean {
  return isElement(root, METADATA, 'EntityDescriptor') || isElement(root, METADATA, 'EntitiesDescriptor')
}

/** Every entity of a document, in order, from however deep a group. */
export function entitiesIn(root: XmlElement): readonly XmlElement[] {
  const found: XmlElement[] = []
  const visit = (element: XmlElement): void => {
    if (isElement(element, METADATA, 'EntityDescriptor')) found.push(element)
    else if (isElement(element, METADATA, 'EntitiesDescriptor'))
      for (const child of element.children) if (typeof child !== 'string') visit(child)
  }
  visit(root)
  return found
}

/** The entities that are meant: of a single one, itself; of a group, those of the name. */
export function chosenOf({ root, entityID, entities }: ChoiceSubject): readonly XmlElement[] {
  const single = isElement(root, METADATA, 'EntityDescriptor')
  if (entityID === undefined) return single ? entities : []
  return entities.filter((entity) => attributeOf(entity, 'entityID') === entityID)
}

function choiceFaults(subject: ChoiceSubject): CheckResult {
  const { root, entityID, entities } = subject
  const found = chosenOf(subject).length
  if (found === 1) return []
  const names = entities.map((entity) => attributeOf(entity, 'entityID'))
  const listed = `${names
    .slice(0, 5)
    .map((name) => shown(name, 200))
    .join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`
  const actual = names.length === 0 ? 'no entity' : listed
  const path = isElement(root, METADATA, 'EntityDescriptor')
    ? '/EntityDescriptor/@entityID'
    : `/${root.local}`
  if (entityID === undefined)
    return [{ reason: 'unchosen', path, actual, message: 'The document is a group, and no entity is named.' }]
  const expected = shown(entityID, 512)
  if (found > 1)
    return [
      {
        reason: 'several',
        path,
        expected,
        actual: `${found} entities`,
        message: 'Several entities have this entityID.',
      },
    ]
  const close = names
    .map((name) => difference(entityID, name))
    .find((reason) => reason !== 'mismatch' && reason !== 'missing')
  return [
    {
      reason: close ?? 'none',
      path,
      expected,
      actual,
      message: 'The document does not describe this entity, to the letter.',
    },
  ]
}
