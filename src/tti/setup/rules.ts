import { isObject } from '../../core/json.js'
import { kindOf, shown } from '../../core/shown.js'
import type { Fault } from '../../core/rule.js'
import { grantTypes } from '../../oauth/wire.js'
import { member } from '../configuration/fields.js'
import type { ExchangeRule } from '../rule.js'
import {
  readCalls,
  SETUP_OPERATIONS,
  type ReadCall,
  type SetupOperation,
  type SetupSubject,
} from './calls.js'

type SetupRule = ExchangeRule<SetupSubject>

const rule = (
  row: Pick<SetupRule, 'id' | 'source' | 'title' | 'fix'>,
  check: (calls: readonly ReadCall[], subject: SetupSubject) => readonly Fault[],
): SetupRule => ({
  severity: 'error',
  answer: 'InvalidRequestException',
  ...row,
  check: (subject) => {
    const calls = readCalls(subject.calls)
    return calls ? check(calls, subject) : 'cantTell'
  },
})

/** Whether calls set an application up, and in an order in which each finds what it rests on. */
export const setupRules: readonly SetupRule[] = [
  {
    id: 'tti/setup-calls',
    severity: 'error',
    source: 'R202; sso-admin API',
    title: 'A set-up is a list of calls of sso-admin that belong to it',
    fix: `Give { operation, input } for each of ${Object.keys(SETUP_OPERATIONS).join(', ')}.`,
    answer: 'InvalidRequestException',
    check: ({ calls }) => {
      const read = readCalls(calls)
      if (!read)
        return [{ reason: 'not-list', path: '$', actual: kindOf(calls), message: 'This is no list of at most 500 calls.' }] // prettier-ignore
      return read
        .flatMap(({ operation, path, malformed }): readonly Fault[] => {
          if (operation === undefined)
            return [{ reason: 'unknown', path, message: 'No set-up has such a call.' }]
          return malformed === undefined
            ? []
            : [
                {
                  reason: 'malformed',
                  path: `${path}.${malformed}`,
                  message: `${malformed} is not as it should be.`,
                },
              ]
        })
        .slice(0, 20)
    },
  },
  rule(
    {
      id: 'tti/setup-type',
      source: 'R202; R204',
      title: 'One application is created, of the custom provider: that is the type OAuth 2.0',
      fix: 'Call CreateApplication once, with ApplicationProviderArn arn:aws:sso::aws:applicationProvider/custom.',
    },
    (calls) => {
      const [first, ...more] = of(calls, 'CreateApplication')
      if (!first) return [{ reason: 'missing', path: '$', expected: 'CreateApplication', message: 'No application is created.' }] // prettier-ignore
      const provider = member(first.input, 'ApplicationProviderArn')
      const custom = typeof provider === 'string' && /^arn:aws[a-z-]{0,15}:sso::aws:applicationProvider\/custom$/.test(provider) // prettier-ignore
      return [
        ...more.map(({ path }) => ({ reason: 'repeated', path, message: 'Another application is created.' })),
        ...(custom
          ? []
          : [
              {
                reason: 'provider',
                path: `${first.path}.input.ApplicationProviderArn`,
                actual: shown(provider),
                message: 'The application is not of the custom provider.',
              },
            ]),
      ]
    },
  ),
  rule(
    {
      id: 'tti/setup-order',
      source: 'R202',
      title: 'Each call comes after those that it rests on',
      fix: 'First the application and the trusted token issuer, then grants, then the credentials, and trusted applications last.',
    },
    (calls, { issuers }) => {
      const at = (operation: SetupOperation, fits: (call: ReadCall) => boolean = () => true): number =>
        calls.findIndex((call) => call.operation === operation && fits(call))
      const created = at('CreateApplication')
      const [signsIn, proven] = [
        at('PutApplicationGrant', isJwtBearer),
        at('PutApplicationAuthenticationMethod'),
      ]
      return calls.flatMap(({ operation, path, input }, index): readonly Fault[] => {
        const late = (place: number): boolean => place > index
        const fault = (reason: string, message: string) => [{ reason, path, message }]
        if (operation === undefined || operation === 'CreateTrustedTokenIssuer') return []
        // Where none is created another rule says so.
        if (operation !== 'CreateApplication' && late(created))
          return fault('before-application', 'The application is not there yet.')
        if (operation !== 'CreateApplication' && isOther(input, calls[created]))
          return fault('other-application', 'The call is about another application.')
        if (operation === 'PutApplicationAccessScope' && (late(signsIn) || late(proven)))
          return fault('before-credentials', 'Trusted applications are named once the application can exchange tokens.') // prettier-ignore
        const known = [...issuers, ...calls.slice(0, index).flatMap(({ creates }) => creates ?? [])]
        return issuersIn(input).every((arn) => known.includes(arn))
          ? []
          : fault('before-issuer', 'The grant names a trusted token issuer that is not there yet.')
      })
    },
  ),
  rule(
    {
      id: 'tti/setup-complete',
      source: 'R202; R246; R247',
      title:
        'The application has an issuer with an Aud claim, a principal that may call, and a trusted application',
      fix: 'Add the step that is missing: until then the application exchanges no token, or reaches nothing with it.',
    },
    (calls) => {
      const lacks = (
        operation: SetupOperation,
        step: string,
        fits: (call: ReadCall) => boolean = () => true,
      ) =>
        of(calls, operation).some(fits)
          ? []
          : [{ reason: `no-${step}`, path: '$', expected: operation, message: 'The step is missing.' }]
      return [
        ...lacks('PutApplicationGrant', 'issuer', isJwtBearer),
        ...lacks('PutApplicationAuthenticationMethod', 'credentials'),
        ...lacks('PutApplicationAccessScope', 'trusted-application'),
      ]
    },
  ),
]

/** Whether a call names another application than the one that was created. */
function isOther(input: ReadCall['input'], created: ReadCall | undefined): boolean {
  const named = member(input, 'ApplicationArn')
  return created?.creates !== undefined && named !== undefined && named !== created.creates
}

function of(calls: readonly ReadCall[], wanted: SetupOperation): readonly ReadCall[] {
  return calls.filter(({ operation }) => operation === wanted)
}

function isJwtBearer({ input }: ReadCall): boolean {
  return member(input, 'GrantType') === grantTypes.jwtBearer && issuersIn(input).length > 0
}

/** The issuers that a grant names. */
export function issuersIn(input: ReadCall['input']): readonly string[] {
  const grant = member(input, 'Grant')
  const bearer = isObject(grant) ? member(grant, 'JwtBearer') : undefined
  const list = isObject(bearer) ? member(bearer, 'AuthorizedTokenIssuers') : undefined
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((one) => {
    const arn = isObject(one) ? member(one, 'TrustedTokenIssuerArn') : undefined
    return typeof arn === 'string' ? [arn] : []
  })
}
