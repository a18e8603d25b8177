import { nearest } from '../../core/nearest.js'
import type { Fault, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { endpointFault, endpointMessages } from '../bindings/endpoint.js'
import {
  ATTRIBUTE_FORMATS,
  formatsOf,
  isVariable,
  OPTIONAL_ATTRIBUTES,
  readValue,
  SUBJECT,
  valueOf,
  variables,
  type ApplicationUser,
  type AttributeMapping,
  type SamlApplication,
} from './mapping.js'

export interface ApplicationSubject {
  readonly application: SamlApplication
  readonly user: ApplicationUser
}

type ApplicationRule = Rule<ApplicationSubject>

const rule = (row: Omit<ApplicationRule, 'severity'> & Partial<ApplicationRule>): ApplicationRule => ({
  severity: 'error',
  ...row,
})

/** What is asked of an application's configuration, and of the person who signs in to it. */
export const applicationRules: readonly ApplicationRule[] = [
  rule({
    id: 'saml/application-endpoint',
    source: 'R073; R083; SAML Metadata 2.2.2; attack S99',
    title: 'An application has an audience, of 1,024 characters at the most, and an https ACS URL',
    fix: "Copy both from the application's own documentation or metadata, to the letter.",
    check: ({ application: { entityID, acsURL } }) => {
      const fault = endpointFault(acsURL)
      const faults: Fault[] = []
      if (entityID === '' || entityID.length > 1024)
        faults.push({ reason: 'entity-id', path: 'entityID', message: 'This is no entityID.' })
      if (fault !== undefined)
        faults.push({
          reason: fault,
          path: 'acsURL',
          actual: shown(acsURL),
          message: endpointMessages[fault],
        })
      return faults
    },
  }),
  rule({
    id: 'saml/application-subject',
    source: 'R082; R083',
    title: 'An application maps Subject',
    fix: 'Add a mapping of Subject, mostly to ${user:subject} or ${user:email}.',
    check: ({ application: { attributeMappings } }) => {
      if (attributeMappings.some(({ attribute }) => attribute === SUBJECT)) return []
      const meant = attributeMappings.findIndex(
        ({ attribute }) => nearest(attribute, [SUBJECT]) !== undefined,
      )
      return [
        {
          reason: meant < 0 ? 'missing' : 'misspelled',
          path: meant < 0 ? 'attributeMappings' : `attributeMappings[${meant}].attribute`,
          expected: SUBJECT,
          actual: meant < 0 ? undefined : shown(attributeMappings[meant]?.attribute),
          message: 'Whom a sign-in is about is not mapped.',
        },
      ]
    },
  }),
  rule({
    id: 'saml/application-attribute',
    source: 'R013; R080; R089; SAML Core 2.7.3.1',
    title: 'Each attribute of an application has a name and is mapped once',
    fix: 'Name the attribute as the application expects it, and keep one mapping of it.',
    check: ({ application: { attributeMappings, optionalAttributes = [] } }) => {
      const seen = new Set<string>()
      const places = [
        ...attributeMappings.map(({ attribute }, index) => ({
          attribute,
          path: `attributeMappings[${index}]`,
        })),
        ...optionalAttributes.map(({ attribute }, index) => ({
          attribute,
          path: `optionalAttributes[${index}]`,
        })),
      ]
      return places.flatMap(({ attribute, path: place }): readonly Fault[] => {
        const path = `${place}.attribute`
        if (attribute === '') return [{ reason: 'empty', path, message: 'The attribute has no name.' }]
        if (seen.has(attribute))
          return [
            {
              reason: 'duplicate',
              path,
              actual: shown(attribute),
              message: 'The attribute is mapped twice.',
            },
          ]
        seen.add(attribute)
        return []
      })
    },
  }),
  rule({
    id: 'saml/application-variable',
    source: 'R081; guide, "Supported attributes in IAM Identity Center for Active Directory"',
    title: 'A mapped value is one of the eight variables, or a text without any',
    fix: `Write one variable and nothing around it: ${variables.join(', ')}.`,
    check: eachMapping(({ value }, path) => {
      const read = readValue(value)
      const actual = shown(value)
      if ('fault' in read)
        return read.fault === 'empty'
          ? [{ reason: 'empty', path, message: 'There is no value.' }]
          : [
              {
                reason: 'template',
                path,
                actual,
                message: 'This is not one variable, nor a text without any.',
              },
            ]
      if ('text' in read || isVariable(read.variable)) return []
      const meant = nearest(value, variables)
      return [
        {
          reason: 'unknown',
          path,
          expected: meant ?? variables.join(', '),
          actual,
          message: 'There is no such variable.',
          fix: meant === undefined ? undefined : `Write ${meant}.`,
        },
      ]
    }, 'value'),
  }),
  rule({
    id: 'saml/application-format',
    source: 'R080; SAML Core 8.2, 8.3',
    title: 'The format of a mapping is one that its menu offers',
    fix: 'Choose a format of the menu: for Subject that of a NameID, for an attribute that of its name.',
    check: eachMapping((mapping, path) => {
      const { format } = mapping
      const known = [...formatsOf(mapping).keys()]
      if (format === undefined || known.includes(format)) return []
      const meant = nearest(format, known)
      const expected = meant ?? known.join(', ')
      return [
        {
          reason: 'unknown',
          path,
          expected,
          actual: shown(format),
          message: 'There is no such format here.',
        },
      ]
    }, 'format'),
  }),
  rule({
    id: 'saml/application-optional',
    source: 'R089; R080',
    title:
      "An optional attribute is Microsoft 365's immutable ID or the employee number, in a format of the menu",
    fix: `Write from: ${OPTIONAL_ATTRIBUTES.join(' or ')}, and a format of the names of attributes. Subject is mapped, never optional.`,
    check: ({ application: { optionalAttributes } }) => {
      if (optionalAttributes === undefined) return 'notApplicable'
      const formats = [...ATTRIBUTE_FORMATS.keys()]
      return optionalAttributes.flatMap(
        ({ attribute, from, format = 'unspecified' }, index): readonly Fault[] => {
          const place = `optionalAttributes[${index}]`
          const unknown = (path: string, expected: readonly string[], actual: string): readonly Fault[] =>
            expected.includes(actual)
              ? []
              : [
                  {
                    reason: 'unknown',
                    path,
                    expected: expected.join(', '),
                    actual: shown(actual),
                    message: 'There is no such choice here.',
                  },
                ]
          return [
            ...unknown(`${place}.from`, OPTIONAL_ATTRIBUTES, from),
            ...unknown(`${place}.format`, formats, format),
            ...(attribute === SUBJECT
              ? [
                  {
                    reason: 'subject',
                    path: `${place}.attribute`,
                    message: 'Subject is no optional attribute.',
                  },
                ]
              : []),
          ]
        },
      )
    },
  }),
  rule({
    id: 'saml/application-subject-value',
    source: 'R003; R082',
    title: 'Who signs in has the value that Subject is mapped to',
    fix: 'Add the value to the user in the directory, or map Subject to ${user:subject}, which everybody has.',
    check: (subject) => lacking(subject, true),
  }),
  rule({
    id: 'saml/application-attribute-value',
    severity: 'warning',
    source: 'R080; R089',
    title: 'Who signs in has the values that the attributes are mapped to',
    fix: 'Add the value to the user in the directory, if the application needs it.',
    check: (subject) => lacking(subject, false),
  }),
]

function eachMapping(
  check: (mapping: AttributeMapping, path: string) => readonly Fault[],
  member: keyof AttributeMapping,
): ApplicationRule['check'] {
  return ({ application: { attributeMappings } }) =>
    attributeMappings.flatMap((mapping, index) => check(mapping, `attributeMappings[${index}].${member}`))
}

/** Of an application that needs a value it has to be the one to complain: to all others it is left out. */
function lacking({ application, user }: ApplicationSubject, ofSubject: boolean): readonly Fault[] {
  return application.attributeMappings.flatMap(({ attribute, value }, index): readonly Fault[] => {
    const read = readValue(value)
    if ((attribute === SUBJECT) !== ofSubject || !('variable' in read) || !isVariable(read.variable))
      return []
    if (valueOf(read.variable, user) !== undefined) return []
    return [
      {
        reason: 'missing',
        path: `attributeMappings[${index}].value`,
        expected: `a value of ${value}`,
        actual: 'none',
        message: ofSubject
          ? 'The user has no value for Subject.'
          : 'The user has no value; the attribute is left out.',
      },
    ]
  })
}
