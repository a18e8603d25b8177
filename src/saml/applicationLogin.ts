import type { Verdict } from '../core/outcome.js'
import { runRules, verdictOf } from '../core/rule.js'
import {
  ATTRIBUTE_FORMATS,
  formatsOf,
  readValue,
  SUBJECT,
  valueOf,
  type ApplicationUser,
  type AttributeMapping,
  type OptionalAttribute,
  type SamlApplication,
} from './application/mapping.js'
import { applicationRules } from './application/rules.js'
import { relayStateOf, relayStateRules } from './bindings/relayState.js'
import { checkOptions, misuse } from './expectation.js'
import type { ApplicationLogin, LoginAttribute } from './issue/login.js'

export type {
  ApplicationUser,
  AttributeMapping,
  OptionalAttribute,
  SamlApplication,
} from './application/mapping.js'

export interface ApplicationLoginOptions {
  readonly application: SamlApplication
  readonly user: ApplicationUser
  /** The id of the request that is answered; absent for a sign-in that begins at the portal (R074). */
  readonly inResponseTo?: string | undefined
  /** What came with that request: it goes back instead of the application's own. */
  readonly relayState?: string | undefined
}

/**
 * The sign-in of a person to a customer managed SAML application, by its attribute mappings (R073-R083): for
 * `issueResponse`, which holds it against the limits of a message. A configuration that cannot work is refused, naming
 * the mapping; so is a person without a value for Subject. An attribute that the person has no value for is left out,
 * with a warning. The RelayState comes back unmodified: the request's, or else the application's.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types
 *
 * @example
 * ```ts
 * import { applicationLogin, issueResponse, type Signer } from 'countersign/saml'
 *
 * declare const signer: Signer
 * const verdict = applicationLogin({
 *   application: {
 *     entityID: 'https://app.example.com/saml',
 *     acsURL: 'https://app.example.com/saml/acs',
 *     attributeMappings: [
 *       { attribute: 'Subject', value: '${user:email}', format: 'emailAddress' },
 *       { attribute: 'Username', value: '${user:subject}', format: 'basic' },
 *     ],
 *   },
 *   user: { userName: 'ada', email: 'ada@example.com' },
 * })
 * if (verdict.ok) {
 *   const newID = () => `_${crypto.randomUUID()}`
 *   issueResponse(verdict.value.login, { entityID: 'https://idp.example.com', signer, now: Math.floor(Date.now() / 1000), newID })
 * }
 * ```
 */
export function applicationLogin(options: ApplicationLoginOptions): Verdict<{
  readonly login: ApplicationLogin
  readonly relayState?: string
}> {
  checkTypes(options)
  const { application, user, inResponseTo } = options
  const { entityID, acsURL, attributeMappings, optionalAttributes = [], sessionDurationSeconds } = application
  const relayState = options.relayState ?? application.relayState
  const outcomes = [
    ...runRules(applicationRules, { application, user }),
    ...(relayState === undefined ? [] : runRules(relayStateRules, { relayState, binding: 'post' as const })),
  ]
  return verdictOf(outcomes, () => {
    const subject = attributeMappings.find(({ attribute }) => attribute === SUBJECT)
    const nameID = subject && mapped(subject, user)
    // The rules have seen to it; the compiler has not.
    if (!subject || nameID === undefined) throw new Error('A sign-in was asked of what is none.')
    return {
      login: {
        to: 'application',
        sp: { entityID, acsURL },
        nameID,
        nameIDFormat: formatOf(subject),
        ...(inResponseTo === undefined ? {} : { inResponseTo }),
        attributes: [
          ...attributeMappings
            .filter((mapping) => mapping !== subject)
            .flatMap((mapping) => attributeOf(mapping, formatOf(mapping), mapped(mapping, user))),
          ...optionalAttributes.flatMap((optional) =>
            attributeOf(
              optional,
              ATTRIBUTE_FORMATS.get(optional.format ?? 'unspecified'),
              user[optional.from],
            ),
          ),
        ],
        ...(sessionDurationSeconds === undefined ? {} : { sessionDurationSeconds }),
      },
      ...(relayState === undefined ? {} : { relayState }),
    }
  })
}

function mapped({ value }: AttributeMapping, user: ApplicationUser): string | undefined {
  const read = readValue(value)
  if ('fault' in read) return undefined
  return 'text' in read ? read.text : valueOf(read.variable, user)
}

/** None where the person has no value (R089). */
function attributeOf(
  { attribute }: { readonly attribute: string },
  nameFormat: string | undefined,
  value: string | undefined,
): readonly LoginAttribute[] {
  return value === undefined || value === '' ? [] : [{ name: attribute, nameFormat, values: [value] }]
}

function formatOf(mapping: AttributeMapping): string | undefined {
  return formatsOf(mapping).get(mapping.format ?? 'unspecified')
}

const OPTIONAL = [
  'email',
  'givenName',
  'middleName',
  'familyName',
  'displayName',
  'preferredUsername',
  'adGUID',
  'microsoft365ImmutableID',
  'employeeNumber',
] as const

function checkTypes(options: ApplicationLoginOptions): void {
  checkOptions(options)
  const { application, user, inResponseTo, relayState } = options
  if (typeof application !== 'object' || application === null) misuse('application is required.')
  const { entityID, acsURL, attributeMappings } = application
  if (typeof entityID !== 'string' || typeof acsURL !== 'string') misuse('entityID and acsURL must be texts.')
  if (!Array.isArray(attributeMappings)) misuse('attributeMappings must be a list.')
  for (const mapping of attributeMappings as readonly unknown[]) {
    const { attribute, value, format } = (mapping ?? {}) as Partial<Record<keyof AttributeMapping, unknown>>
    if (typeof attribute !== 'string' || typeof value !== 'string' || !isText(format))
      misuse('attributeMappings hold texts: attribute, value and format.')
  }
  const { optionalAttributes = [] } = application
  if (!Array.isArray(optionalAttributes)) misuse('optionalAttributes must be a list.')
  for (const optional of optionalAttributes as readonly unknown[]) {
    const { attribute, from, format } = (optional ?? {}) as Partial<Record<keyof OptionalAttribute, unknown>>
    if (typeof attribute !== 'string' || typeof from !== 'string' || !isText(format))
      misuse('optionalAttributes hold texts: attribute, from and format.')
  }
  relayStateOf(relayState)
  relayStateOf(application.relayState)
  if (typeof user !== 'object' || user === null || typeof user.userName !== 'string' || user.userName === '')
    misuse('user.userName must be a non-empty text.')
  for (const name of OPTIONAL) if (!isText(user[name])) misuse(`user.${name} must be a text.`)
  if (inResponseTo !== undefined && (typeof inResponseTo !== 'string' || inResponseTo === ''))
    misuse('inResponseTo must be a non-empty text.')
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
