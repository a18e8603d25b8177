import type { CheckResult, Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { AttributeReading } from '../assertion.js'
import { ACCESS_CONTROL, ATTRNAME_FORMATS } from '../names.js'
import { trimmed } from '../xml/characters.js'
import { responseRule, type ResponseRule, type ResponseSubject } from './subject.js'

/** The most that Identity Center takes while attributes for access control are enabled (R011). */
export const MAX_ATTRIBUTES = 50

const PATH = '/Response/Assertion/AttributeStatement/Attribute'

/**
 * What Identity Center asks of attributes while attributes for access control are enabled, and of all of them, as its guide
 * words it (R011 to R016). To a service provider's own profile only the session tags matter.
 */
export const attributeRules: readonly ResponseRule[] = [
  responseRule({
    id: 'saml/attribute-count',
    source: 'R011; R016',
    title: 'There are 50 attributes at the most',
    fix: 'Map fewer attributes in the identity provider: all of them count, not only those for access control.',
    check: whenABAC((attributes) =>
      attributes.length <= MAX_ATTRIBUTES
        ? []
        : [
            {
              reason: 'too-many',
              path: PATH,
              expected: `at most ${MAX_ATTRIBUTES}`,
              actual: String(attributes.length),
              message: 'There are too many attributes.',
            },
          ],
    ),
  }),
  responseRule({
    id: 'saml/attribute-multi-valued',
    source: 'R012; R016',
    title: 'Each attribute has one value',
    fix: 'Map a single value: join several into one text, or send one attribute for each.',
    check: whenABAC((attributes) =>
      attributes
        .filter(({ values }) => values.length !== 1)
        .map(({ name, values }) => ({
          reason: values.length === 0 ? 'none' : 'several',
          path: at(name),
          expected: '1 value',
          actual: `${values.length} values`,
          message: values.length === 0 ? 'The attribute has no value.' : 'The attribute has several values.',
        })),
    ),
  }),
  responseRule({
    id: 'saml/attribute-duplicate',
    source: 'R013; R016; attack S95',
    title: 'No two attributes have the same name',
    fix: 'Map each attribute once.',
    check: whenABAC((attributes) => {
      const seen = new Set<string | undefined>()
      return attributes.flatMap(({ name }) => {
        if (!seen.has(name)) {
          seen.add(name)
          return []
        }
        return [
          { reason: 'duplicate', path: at(name), message: 'An attribute of this name stands there already.' },
        ]
      })
    }),
  }),
  responseRule({
    id: 'saml/attribute-structured',
    source: 'R014; R016; attack S95',
    title: 'The value of an attribute is a text',
    fix: 'Map the attribute to a text: neither to XML, nor to nothing (xsi:nil), nor to a number or another type than xs:string.',
    check: whenABAC((attributes) =>
      attributes.flatMap(({ name, values }) =>
        values.flatMap(({ text, nil, foreignType }): readonly Fault[] => {
          if (text === undefined)
            return [{ reason: 'structured', path: at(name), message: 'The value holds elements.' }]
          if (nil) return [{ reason: 'nil', path: at(name), message: 'The value is nil.' }]
          if (foreignType === undefined) return []
          return [
            {
              reason: 'type',
              path: at(name),
              expected: 'xs:string',
              actual: shown(foreignType),
              message: 'The value is of another type than text.',
            },
          ]
        }),
      ),
    ),
  }),
  responseRule({
    id: 'saml/attribute-name-format',
    source: 'R015; R016; C45; SAML Core 8.2',
    title: 'A NameFormat is one that SAML defines',
    fix: 'Set the name format of the attribute to urn:oasis:names:tc:SAML:2.0:attrname-format:uri ("URI Reference").',
    check: whenABAC((attributes) =>
      attributes
        .filter(({ nameFormat }) => nameFormat !== undefined && !ATTRNAME_FORMATS.includes(nameFormat))
        .map(({ name, nameFormat }) => ({
          reason: 'unknown',
          path: at(name),
          expected: ATTRNAME_FORMATS.join(', '),
          actual: shown(nameFormat),
          message: 'The name format is none of SAML.',
        })),
    ),
  }),
  responseRule({
    id: 'saml/attribute-name-format-absent',
    severity: 'warning',
    source: 'C45; SAML Core 2.7.3.1',
    title: 'Attributes state their NameFormat',
    fix: 'Set the name format of the attributes to urn:oasis:names:tc:SAML:2.0:attrname-format:uri. Without one it counts as unspecified.',
    check: whenABAC((attributes) => {
      const silent = attributes.filter(({ nameFormat }) => nameFormat === undefined)
      return silent.length === 0
        ? []
        : [
            {
              reason: 'absent',
              path: at(silent[0]?.name),
              actual: `${silent.length} of ${attributes.length} attributes`,
              message: 'No NameFormat is stated.',
            },
          ]
    }),
  }),
  responseRule({
    id: 'saml/attribute-name',
    source: 'R110; R113; R114; SAML Core 2.7.3.1',
    title:
      'Each attribute has a name, and that of an attribute for access control is exactly the prefix and a tag key',
    fix: `Name it ${ACCESS_CONTROL} and then the tag key, such as ${ACCESS_CONTROL}CostCenter: in one line, in this case, with one slash.`,
    check: whenABAC((attributes) => attributes.flatMap(nameFaults)),
  }),
  responseRule({
    id: 'saml/attribute-white-space',
    severity: 'warning',
    source: 'R112',
    title: 'The value of an attribute for access control has no white space around it',
    fix: 'Close AttributeValue right after the value: as it stands, the line break is cut off here, and may not be elsewhere.',
    check: whenABAC((attributes) =>
      attributes
        .filter(
          ({ tagKey, values }) =>
            tagKey !== undefined && values.some(({ text }) => text !== undefined && text !== trimmed(text)),
        )
        .map(({ name }) => ({
          reason: 'surrounding',
          path: at(name),
          message: 'White space stands around the value. It was cut off.',
        })),
    ),
  }),
  responseRule({
    id: 'saml/attribute-comma',
    severity: 'warning',
    source: 'R012; R123',
    title: 'The value of an attribute for access control is one value, not a list in one text',
    fix: 'If the comma parts several values, send one of them: a policy compares the whole text.',
    check: whenABAC((attributes) =>
      attributes
        .filter(
          ({ tagKey, values }) => tagKey !== undefined && values.some(({ text }) => text?.includes(',')),
        )
        .map(({ name }) => ({
          reason: 'comma',
          path: at(name),
          message: 'The value has a comma, as a list has.',
        })),
    ),
  }),
  responseRule({
    id: 'saml/attribute-skipped',
    severity: 'warning',
    source: 'R016; attack S95',
    title: 'Every value of an attribute is a text that can be handed on',
    fix: 'Map the attribute to a text.',
    check: ({ assertion, settings }) => {
      if (!assertion) return 'cantTell'
      const others = assertion.attributes.filter(
        (attribute) =>
          !judged(attribute, settings) && attribute.values.some(({ text }) => text === undefined),
      )
      return others.map(({ name }) => ({
        reason: 'structured',
        path: at(name),
        message: 'A value holds elements and was left out.',
      }))
    },
  }),
]

function judged({ tagKey }: AttributeReading, { abac, profile }: ResponseSubject['settings']): boolean {
  return abac && (profile === 'identity-center' || tagKey !== undefined)
}

function whenABAC(
  check: (attributes: readonly AttributeReading[]) => readonly Fault[],
): (subject: ResponseSubject) => CheckResult {
  return ({ assertion, settings }) => {
    if (!settings.abac) return 'notApplicable'
    if (!assertion) return 'cantTell'
    const attributes =
      settings.profile === 'identity-center'
        ? assertion.attributes
        : assertion.attributes.filter(({ tagKey }) => tagKey !== undefined)
    return check(attributes).slice(0, 60)
  }
}

/** `...AccessControl:X` in whatever case, with white space, slashes or the colon astray. */
const NEARLY = /^https?:\/{0,3}aws\.amazon\.com\/{0,3}saml\/{0,3}attributes\/{0,3}accesscontrol/

function nameFaults({ name, tagKey: key }: AttributeReading): readonly Fault[] {
  if (name === undefined || name === '')
    return [{ reason: 'missing', path: at(name), message: 'An attribute has no name.' }]
  if (key !== undefined) {
    if (key === '') return [{ reason: 'empty-key', path: at(name), message: 'The tag key is missing.' }]
    return key === trimmed(key)
      ? []
      : [
          {
            reason: 'white-space',
            path: at(name),
            actual: shown(name),
            message: 'White space stands around the tag key.',
          },
        ]
  }
  // Of most names this is all that is looked at.
  if (!/accesscontrol/i.test(name.slice(0, 512))) return []
  const packed = name.slice(0, 512).replace(/\s+/g, '')
  if (!NEARLY.test(packed.toLowerCase())) return []
  if (packed !== name.slice(0, 512) && packed.startsWith(ACCESS_CONTROL)) {
    return [
      {
        reason: 'white-space',
        path: at(name),
        expected: shown(packed),
        actual: shown(name),
        message:
          'White space stands inside the name: a line break in the XML reads as a space. No tag comes of it.',
      },
    ]
  }
  return [
    {
      reason: 'nearly',
      path: at(name),
      expected: `${ACCESS_CONTROL}{TagKey}`,
      actual: shown(name),
      message: 'This is nearly the name of an attribute for access control. No tag comes of it.',
    },
  ]
}

function at(name: string | undefined): string {
  return `${PATH}[@Name=${shown(name ?? '')}]`
}
