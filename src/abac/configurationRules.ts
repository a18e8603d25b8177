import type { Fault, Rule } from '../core/rule.js'
import { kindOf, shown } from '../core/shown.js'
import { foldTagKey, sessionTagFaults, textFaults, type TextLimit } from '../core/sts/index.js'
import { parseAttributePath, type PathFault } from './attributePath.js'
import { MAX_ATTRIBUTES, type AttributeReading, type ConfigurationReading } from './configurationReading.js'

const API = 'SSO Admin API InstanceAccessControlAttributeConfiguration'

const SOURCE_LIMIT: TextLimit = {
  min: 0,
  max: 256,
  pattern: /^[\p{L}\p{Z}\p{N}_.:/=+\-@[\]{}$\\"]*$/u,
  characters: 'letters, separators, digits and _ . : / = + - @ [ ] { } $ \\ "',
}

const ASSERTED =
  'let the identity provider send the attribute in its assertion as https://aws.amazon.com/SAML/Attributes/AccessControl:KEY.'
const SAML_INSTEAD = `Take one of the expressions that the guide lists (attributePaths), or ${ASSERTED}`

/** What is asked of a configuration of attributes for access control. */
export const configurationRules: readonly Rule<ConfigurationReading>[] = [
  {
    id: 'abac/configuration',
    severity: 'error',
    source: `${API}; R131; R118`,
    title:
      'The configuration is that of an instance with attributes for access control enabled, of known members',
    fix: 'Give what "aws sso-admin describe-instance-access-control-attribute-configuration" answers, or its member InstanceAccessControlAttributeConfiguration.',
    check: ({ faults }) => faults,
  },
  {
    id: 'abac/attribute-count',
    severity: 'error',
    source: `${API}; R011`,
    title: 'At most 50 attributes are configured',
    fix: 'Keep the attributes that policies name.',
    check: ({ count, path }) =>
      count <= MAX_ATTRIBUTES
        ? []
        : [
            {
              reason: 'too-many',
              path,
              expected: `at most ${MAX_ATTRIBUTES}`,
              actual: String(count),
              message: 'There are too many attributes.',
            },
          ],
  },
  {
    id: 'abac/attribute-key',
    severity: 'error',
    source: `${API}; R121; STS API Tag`,
    title:
      'A key is a tag key: 1 to 128 letters, digits, separators and _ . : / = + - @, none twice in any case, none with the prefix aws:',
    fix: 'Name the key as policies do after aws:PrincipalTag/, once.',
    check: ({ attributes }) => attributes.flatMap((attribute) => keyFaults(attribute, attributes)),
  },
  {
    id: 'abac/attribute-source',
    severity: 'error',
    source: API,
    title: 'A key has exactly one source, of at most 256 characters of those that are allowed',
    fix: 'Write Value as { "Source": ["${path:...}"] }, with one expression.',
    check: ({ attributes }) => attributes.flatMap(sourceFaults),
  },
  {
    id: 'abac/attribute-path',
    severity: 'error',
    source: 'R119; R120',
    title: 'A source is one of the 23 expressions that the guide lists, to the letter',
    fix: SAML_INSTEAD,
    check: ({ attributes }) =>
      attributes.flatMap(({ source, sourcePath }) => {
        // What has no source, or one of characters that none has, is told by the rule before.
        if (source === undefined || source === '' || !SOURCE_LIMIT.pattern?.test(source)) return []
        const place = parseAttributePath(source)
        return 'reason' in place ? [pathFault(place, source, `${sourcePath}[0]`)] : []
      }),
  },
  {
    id: 'abac/attribute-without-source',
    severity: 'warning',
    source: 'R122',
    title: 'Every key has a value to be taken from',
    fix: 'Choose an expression for the key, or remove it: as it stands it sends no tag, and keeps one of an assertion from being taken.',
    check: ({ attributes }) =>
      attributes
        .filter(({ source }) => source === '')
        .map(({ sourcePath }) => ({
          reason: 'no-source',
          path: `${sourcePath}[0]`,
          message: 'The key has no value to be taken from, so no tag comes of it.',
        })),
  },
]

function keyFaults(attribute: AttributeReading, attributes: readonly AttributeReading[]): readonly Fault[] {
  const { key, path } = attribute
  // One tag by itself, whose path is then the attribute's own.
  const faults = sessionTagFaults([{ Key: key, Value: '' }], 'tags').map((fault) => ({
    ...fault,
    path: `${path}.Key`,
    message: fault.message.replaceAll('tags[0].Key', 'The key'),
  }))
  if (typeof key !== 'string') return faults
  const folded = foldTagKey(key)
  const first = attributes.find((other) => typeof other.key === 'string' && foldTagKey(other.key) === folded)
  if (first === undefined || first === attribute) return faults
  const message = `The key is that of ${first.path}: keys are not told apart by case.`
  return [...faults, { reason: 'duplicate', path: `${path}.Key`, actual: shown(key), message }]
}

function sourceFaults({ sources, sourcePath }: AttributeReading): readonly Fault[] {
  if (sources === undefined) return [{ reason: 'missing', path: sourcePath, message: 'There is no source.' }]
  if (!Array.isArray(sources))
    return [
      {
        reason: 'type',
        path: sourcePath,
        expected: 'a list of one',
        actual: kindOf(sources),
        message: 'The source is not a list.',
      },
    ]
  if (sources.length !== 1)
    return [
      {
        reason: sources.length === 0 ? 'none' : 'several',
        path: sourcePath,
        expected: '1 source',
        actual: sources.length === 0 ? '0 sources' : 'several sources',
        message: 'A key has exactly one source.',
      },
    ]
  return textFaults(sources[0], SOURCE_LIMIT, `${sourcePath}[0]`)
}

const SAID: Readonly<Record<PathFault['reason'], string>> = {
  'not-a-path': 'This is no expression of an attribute.',
  'active-directory': 'This is not an expression that attributes for access control take.',
  spelling: 'The expression is nearly one of the known ones.',
  unknown: 'There is no such attribute for access control.',
}

/** What is no known attribute may be one indeed (R120). */
function fixOf(reason: PathFault['reason'], expected: string): string {
  return reason === 'unknown'
    ? `Write ${expected}; or, if something else is meant, ${ASSERTED}`
    : `Write ${expected}.`
}

function pathFault({ reason, expected }: PathFault, source: string, path: string): Fault {
  return {
    reason,
    path,
    ...(expected === undefined ? {} : { expected, fix: fixOf(reason, expected) }),
    actual: shown(source, 300),
    message: SAID[reason],
  }
}
