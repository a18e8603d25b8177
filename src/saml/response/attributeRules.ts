import type { CheckResult, Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { AttributeReading } from '../assertion.js'
import { ACCESS_CONTROL, ATTRNAME_FORMATS, AWS } from '../names.js'
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
    fix: 'Map a single value, or send one attribute for each.',
    check: ofEach(({ name, tagKey, values }) => {
      const none = values.length === 0
      // Several values are never taken; that there is one matters to a tag alone.
      if (values.length === 1 || (none && tagKey === undefined)) return undefined
      return {
        reason: none ? 'none' : 'several',
        path: at(name),
        expected: '1 value',
        actual: `${values.length} values`,
        message: none ? 'The attribute has no value.' : 'The attribute has several values.',
      }
    }),
  }),
  responseRule({
    id: 'saml/attribute-duplicate',
    source: 'R013; R016; attack S95',
    title: 'No two attributes have the same name',
    fix: 'Map each attribute once.',
    check: whenABAC((attributes) => {
      const seen = new Set<string | undefined>()
      return faultsOf(attributes, ({ name }) => {
        if (!seen.has(name)) {
          seen.add(name)
          return undefined
        }
        const message = 'An attribute of this name stands there already.'
        return { reason: 'duplicate', path: at(name), message }
      })
    }),
  }),
  responseRule({
    id: 'saml/attribute-structured',
    source: 'R014; R016; attack S95',
    title: 'The value of an attribute holds no XML, and that of one for access control is a text',
    fix: 'Map the attribute to a text: not to XML and, for access control, neither to nothing (xsi:nil) nor to a number or another type than xs:string.',
    check: ofEach(({ name, tagKey, values }) => {
      for (const { text, nil, foreignType } of values) {
        if (text === undefined)
          return { reason: 'structured', path: at(name), message: 'The value holds elements.' }
        if (tagKey === undefined) continue
        if (nil) return { reason: 'nil', path: at(name), message: 'The value is nil.' }
        if (foreignType !== undefined) {
          const message = 'The value is of another type than text.'
          return {
            reason: 'type',
            path: at(name),
            expected: 'xs:string',
            actual: shown(foreignType),
            message,
          }
        }
      }
      return undefined
    }),
  }),
  responseRule({
    id: 'saml/attribute-name-format',
    source: 'R015; R016; C45; SAML Core 8.2',
    title: 'A NameFormat is one that SAML defines',
    fix: 'Set the name format of the attribute to urn:oasis:names:tc:SAML:2.0:attrname-format:uri ("URI Reference").',
    check: ofEach(({ name, nameFormat }) => {
      if (nameFormat === undefined || ATTRNAME_FORMATS.includes(nameFormat)) return undefined
      return {
        reason: 'unknown',
        path: at(name),
        expected: ATTRNAME_FORMATS.join(', '),
        actual: shown(nameFormat),
        message: 'The name format is none of SAML.',
      }
    }),
  }),
  responseRule({
    id: 'saml/attribute-name-format-absent',
    severity: 'warning',
    source: 'C45; SAML Core 2.7.3.1',
    title: 'Attributes state their NameFormat',
    fix: 'Set the name format of the attributes to urn:oasis:names:tc:SAML:2.0:attrname-format:uri. Without one it counts as unspecified.',
    check: whenABAC((attributes) => {
      const silent = attributes.filter(({ nameFormat }) => nameFormat === undefined)
      const [first] = silent
      if (!first) return []
      const actual = `${silent.length} of ${attributes.length} attributes`
      return [{ reason: 'absent', path: at(first.name), actual, message: 'No NameFormat is stated.' }]
    }),
  }),
  responseRule({
    id: 'saml/attribute-name',
    source: 'R110; R113; R114; SAML Core 2.7.3.1',
    title:
      'Each attribute has a name, and that of an attribute for access control is exactly the prefix and a tag key',
    fix: `Name it ${ACCESS_CONTROL} and then the tag key, such as ${ACCESS_CONTROL}CostCenter: in one line, in this case, with one slash.`,
    check: ofEach(nameFault),
  }),
  responseRule({
    id: 'saml/attribute-no-tag',
    severity: 'warning',
    source: 'R110; R114; IAM User Guide, Configure SAML assertions for the authentication response',
    title: 'No attribute is named like a session tag and becomes none',
    fix: `Name it ${ACCESS_CONTROL} and then the tag key, if a tag is to come of it.`,
    check: (subject) => (subject.settings.profile === 'identity-center' ? noTag(subject) : 'notApplicable'),
  }),
  responseRule({
    id: 'saml/attribute-white-space',
    severity: 'warning',
    source: 'R112',
    title: 'The value of an attribute for access control has no white space around it',
    fix: 'Close AttributeValue right after the value: as it stands, the line break is cut off here, and may not be elsewhere.',
    check: ofEach(({ name, tagKey, values }) => {
      if (tagKey === undefined || !values.some(({ text }) => text !== undefined && text !== trimmed(text)))
        return undefined
      const message = 'White space stands around the value. It was cut off.'
      return { reason: 'surrounding', path: at(name), message }
    }),
  }),
  responseRule({
    id: 'saml/attribute-comma',
    severity: 'warning',
    source: 'R012; R123',
    title: 'The value of an attribute for access control is one value, not a list in one text',
    fix: 'If the comma parts several values, send one of them: a policy compares the whole text.',
    check: ofEach(({ name, tagKey, values }) => {
      if (tagKey === undefined || !values.some(({ text }) => text?.includes(','))) return undefined
      return { reason: 'comma', path: at(name), message: 'The value has a comma, as a list has.' }
    }),
  }),
  responseRule({
    id: 'saml/attribute-skipped',
    severity: 'warning',
    source: 'R016; attack S95',
    title: 'Every value of an attribute is a text that can be handed on',
    fix: 'Map the attribute to a text.',
    check: ({ assertion, settings }) => {
      if (!assertion) return 'cantTell'
      return faultsOf(assertion.attributes, (attribute) => {
        const { name, tagKey, values } = attribute
        if (values.some(({ text }) => text === undefined) && !judged(attribute, settings)) {
          const message = 'A value holds elements and was left out.'
          return { reason: 'structured', path: at(name), message }
        }
        const isTag = settings.abac && tagKey !== undefined
        if (isTag || !values.some(({ nil }) => nil)) return undefined
        return { reason: 'nil', path: at(name), message: 'A value is nil and was left out.' }
      })
    },
  }),
  responseRule({
    id: 'saml/attribute-merged',
    severity: 'warning',
    source: 'SAML Core 2.7.3.1; attack S95',
    title: 'Attributes of one name have one NameFormat',
    fix: 'Give the two attributes different names: by SAML they are two, but their values are listed under the one name.',
    check: ({ assertion, settings }) => {
      if (!assertion) return 'cantTell'
      const formats = new Map<string | undefined, string | undefined>()
      return faultsOf(assertion.attributes, (attribute) => {
        const { name, nameFormat } = attribute
        // Where no name may occur twice, that says it all.
        if (judged(attribute, settings)) return undefined
        if (!formats.has(name)) formats.set(name, nameFormat)
        if (formats.get(name) === nameFormat) return undefined
        return {
          reason: 'formats',
          path: at(name),
          message: 'Values of another NameFormat were added to those of this name.',
        }
      })
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
    return check(
      settings.profile === 'identity-center'
        ? assertion.attributes
        : assertion.attributes.filter(({ tagKey }) => tagKey !== undefined),
    )
  }
}

/** A check of each attribute by itself. */
function ofEach(
  check: (attribute: AttributeReading) => Fault | undefined,
): (subject: ResponseSubject) => CheckResult {
  return whenABAC((attributes) => faultsOf(attributes, check))
}

/** More faults of one kind than a person wants to read. */
const MANY = 60

function faultsOf(
  attributes: readonly AttributeReading[],
  check: (attribute: AttributeReading) => Fault | undefined,
): readonly Fault[] {
  const faults: Fault[] = []
  for (const attribute of attributes) {
    const fault = check(attribute)
    if (fault && faults.push(fault) === MANY) break
  }
  return faults
}

/** `...AccessControl:X` in whatever case, with white space, slashes or the colon astray. */
const NEARLY = /^https?:\/{0,3}aws\.amazon\.com\/{0,3}saml\/{0,3}attributes\/{0,3}accesscontrol(?:$|[^a-z])/
/** `AccessControl:X` by itself, or in the namespace of other claims. */
const OTHER_NAMESPACE = /(?:^|\/)accesscontrol:/
const NAMESPACE = ACCESS_CONTROL.slice(0, ACCESS_CONTROL.lastIndexOf('/'))

/** What nobody reads past: of most names this is all that is looked at. */
function packedName(name: string): string | undefined {
  const begin = name.slice(0, 512)
  return /accesscontrol/i.test(begin) ? begin.replace(/\s+/g, '') : undefined
}

/** Other names, which Identity Center passes over in silence. */
const noTag = ofEach(({ name = '', tagKey: key }) => {
  if (key !== undefined) return undefined
  const fault = (reason: string, message: string): Fault => ({
    reason,
    path: at(name),
    expected: `${ACCESS_CONTROL}{TagKey}`,
    actual: shown(name),
    message,
  })
  if (name.startsWith(AWS.principalTag) || name === AWS.transitiveTagKeys)
    return fault('other-door', 'AWS reads this at a sign-in to an account without Identity Center.')
  const lower = packedName(name)?.toLowerCase()
  if (lower === undefined || NEARLY.test(lower) || !OTHER_NAMESPACE.test(lower)) return undefined
  const fix = `Write the whole name, ${ACCESS_CONTROL}{TagKey}. Where the console asks for a namespace, as that of Microsoft Entra ID does, it is ${NAMESPACE}.`
  return {
    ...fault('namespace', 'The name does not begin like that of an attribute for access control.'),
    fix,
  }
})

function nameFault({ name, tagKey: key }: AttributeReading): Fault | undefined {
  if (name === undefined || name === '')
    return { reason: 'missing', path: at(name), message: 'An attribute has no name.' }
  if (key === '') return { reason: 'empty-key', path: at(name), message: 'The tag key is missing.' }
  if (key !== undefined) {
    if (key === trimmed(key)) return undefined
    const message = 'White space stands around the tag key.'
    return { reason: 'white-space', path: at(name), actual: shown(name), message }
  }
  const packed = packedName(name)
  if (packed === undefined || !NEARLY.test(packed.toLowerCase())) return undefined
  if (packed.startsWith(ACCESS_CONTROL)) {
    return {
      reason: 'white-space',
      path: at(name),
      expected: shown(packed),
      actual: shown(name),
      message:
        'White space stands inside the name: a line break in the XML reads as a space. No tag comes of it.',
    }
  }
  return {
    reason: 'nearly',
    path: at(name),
    expected: `${ACCESS_CONTROL}{TagKey}`,
    actual: shown(name),
    message: 'This is nearly the name of an attribute for access control. No tag comes of it.',
  }
}

function at(name: string | undefined): string {
  return `${PATH}[@Name=${shown(name ?? '')}]`
}
