import { cases, type Json, type Vector } from './vector.js'
import { application, APPLICATION, INSTANCE, issuer, issuerARN, type Members } from './world.js'

const CUSTOM = 'arn:aws:sso::aws:applicationProvider/custom'

/** The calls that set an application up, in an order that works and in others. */
export function setupVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('setup', 'configuration')
  const call = (operation: string, input: Members, creates?: string): Members => ({
    operation,
    input,
    creates,
  })
  const { Grants, AuthenticationMethods, AccessScopes } = application() as Record<string, readonly Members[]>
  const arn = issuerARN()
  const created = (more: Members = {}): Members =>
    call('CreateApplication', { InstanceArn: INSTANCE, ApplicationProviderArn: CUSTOM, Name: 'my-app', ...more }, APPLICATION) // prettier-ignore
  const put = (operation: string, bodies: readonly Members[] = []): readonly Members[] =>
    bodies.map((body) => call(operation, { ApplicationArn: APPLICATION, ...body }))
  const trusting = call('CreateTrustedTokenIssuer', { InstanceArn: INSTANCE, ...issuer({}, { TrustedTokenIssuerArn: undefined }) }, arn) // prettier-ignore
  const assignment = call('PutApplicationAssignmentConfiguration', { ApplicationArn: APPLICATION, AssignmentRequired: true }) // prettier-ignore
  const grants = put('PutApplicationGrant', Grants)
  const methods = put('PutApplicationAuthenticationMethod', AuthenticationMethods)
  const scopes = put('PutApplicationAccessScope', AccessScopes)
  const of = (...calls: readonly Json[]): Json => ({ calls })
  const whole = of(created(), assignment, trusting, ...grants, ...methods, ...scopes)

  accepted('setup-calls', 'whole', 'every step, in the order of the console', whole)
  refused('setup-calls', 'object', 'not-list', 'an object of calls', { calls: { a: created() } })
  refused('setup-calls', 'unknown', 'unknown', 'a call of another service', of(created(), trusting, ...grants, ...methods, ...scopes, call('CreateRole', {}))) // prettier-ignore
  refused('setup-calls', 'no-input', 'malformed', 'a call without its input', of(created(), trusting, ...grants, ...methods, ...scopes, { operation: 'CreateApplicationAssignment' })) // prettier-ignore

  accepted('setup-type', 'custom', 'an application of the custom provider', whole)
  refused('setup-type', 'missing', 'missing', 'no application that is created', of(trusting, ...grants, ...methods, ...scopes)) // prettier-ignore
  refused('setup-type', 'provider', 'provider', 'an application of another provider', of(created({ ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/catalog/salesforce' }), trusting, ...grants, ...methods, ...scopes)) // prettier-ignore
  refused('setup-type', 'repeated', 'repeated', 'two applications', of(created(), created(), trusting, ...grants, ...methods, ...scopes)) // prettier-ignore

  accepted('setup-order', 'issuer-first', 'the issuer before the application', of(trusting, created(), ...grants, ...methods, ...scopes)) // prettier-ignore
  accepted('setup-order', 'credentials-first', 'the credentials before the grants', of(created(), trusting, ...methods, ...grants, ...scopes)) // prettier-ignore
  accepted('setup-order', 'issuer-there', 'an issuer that is there already', { calls: [created(), ...grants, ...methods, ...scopes], options: { issuers: [arn] } }) // prettier-ignore
  refused('setup-order', 'application-last', 'before-application', 'the application after its credentials', of(trusting, ...methods, created(), ...grants, ...scopes)) // prettier-ignore
  refused('setup-order', 'issuer-late', 'before-issuer', 'the issuer after the grant that names it', of(created(), ...grants, trusting, ...methods, ...scopes)) // prettier-ignore
  refused('setup-order', 'issuer-nowhere', 'before-issuer', 'an issuer that nobody creates', of(created(), ...grants, ...methods, ...scopes)) // prettier-ignore
  refused('setup-order', 'trusted-first', 'before-credentials', 'trusted applications before the credentials', of(created(), trusting, ...grants, ...scopes, ...methods)) // prettier-ignore
  refused('setup-order', 'other-application', 'other-application', 'an assignment to another application', of(created(), trusting, ...grants, ...methods, ...scopes, call('CreateApplicationAssignment', { ApplicationArn: `${APPLICATION}0`, PrincipalType: 'USER', PrincipalId: '11111111-2222-3333-4444-555555555555' }))) // prettier-ignore

  accepted('setup-complete', 'whole', 'nothing is missing', whole)
  refused(
    'setup-complete',
    'issuer',
    'no-issuer',
    'no trusted token issuer',
    of(created(), ...methods, ...scopes),
  )
  refused('setup-complete', 'credentials', 'no-credentials', 'nobody who may call', of(created(), trusting, ...grants, ...scopes)) // prettier-ignore
  refused('setup-complete', 'trusted', 'no-trusted-application', 'no trusted application', of(created(), trusting, ...grants, ...methods)) // prettier-ignore
  return vectors
}
