import type { Verdict } from '../../core/outcome.js'
import { readOnce } from '../../core/readOnce.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { startSignInSession, type SignInSession } from '../../directory/portal/index.js'
import { enabledUserRule, liveSessionRule } from '../../directory/portal/signInSession.js'
import { digestOf, grantTypes, tokenTypes, type SignIn } from '../../oauth/index.js'
import {
  authorizeUser,
  checkTokenExchange,
  grantScopes,
  issueTokens,
  narrowScopes,
  readAccessToken,
  readContextAssertion,
  requestRules,
  type AccessToken,
  type Application,
  type ExchangeRequest,
  type IssuedTokens,
} from '../../tti/index.js'
import { misuseOf } from '../../oauth/server/misuse.js'
import { exchangeToken, type ExchangeDeployment, type ExchangePorts } from '../exchangeToken.js'
import { redeemedCode } from './codes.js'
import { begunGrant, newGrantID, refreshedGrant, type Begun } from './grants.js'
import { create, keyOf, read } from './kept.js'
import { asked, passed, verdictFrom } from './refusal.js'
import type { GrantPorts, IAMGrantService } from './service.js'
import { endOf, keepSignIn, personOf } from './signIns.js'

/** What CreateTokenWithIAM answers, and for whom: the latter for events. */
export interface IAMTokens {
  readonly response: IssuedTokens
  readonly person?: { readonly userId: string; readonly credentialId: string }
}

export type IAMGrantPorts = ExchangePorts & GrantPorts

const served = [
  grantTypes.jwtBearer,
  grantTypes.refreshToken,
  grantTypes.authorizationCode,
  grantTypes.tokenExchange,
]

/**
 * CreateTokenWithIAM in each of its four grants: a trusted issuer's JWT (`exchangeToken`), a refresh token, a code, or
 * the access token that another application sent (token-exchange). The caller has been proven; its actor policy is
 * asked here.
 *
 * After a refresh there is no ID token and no identity context, as AWS's answer has none (`identityContextOnRefresh`
 * gives both). A token that is exchanged ends no later than the sign-in session behind it.
 */
export async function createTokenWithIAM(
  sent: ExchangeRequest,
  deployment: ExchangeDeployment & { readonly identityContextOnRefresh?: boolean },
  service: IAMGrantService,
  ports: IAMGrantPorts,
): Promise<Verdict<IAMTokens>> {
  const request = readOnce(sent) as ExchangeRequest
  const other = served.slice(1).some((type) => type === request?.grantType)
  if (!other) {
    return exchanged(request, deployment, ports).catch((error: unknown) => {
      throw misuseOf(error)
    })
  }
  return verdictFrom(async () => {
    const application = deployment.applications.find(({ arn }) => arn === request.clientId)
    passed(verdictOf(runRules(requestRules, { request, application, served }), () => undefined))
    if (!application) throw new Error('The request rules let an unknown application pass.')
    const issue = (contents: Contents, form: { refreshToken?: string | undefined; identity: boolean }) =>
      asked(() => issueTokens({ deployment, application, ...contents }, deployment.tokenKeys, form))
    switch (request.grantType) {
      case grantTypes.refreshToken: {
        const begun = await refreshedGrant(
          request.refreshToken ?? '',
          application.arn,
          service,
          ports,
          (grant) => void passed(narrowScopes(request.scope, grant.scopes)),
        )
        const { identityContextOnRefresh: identity = false } = deployment
        return answered(begun, request, ports, (contents) =>
          issue(contents, { refreshToken: begun.refreshToken, identity }),
        )
      }
      case grantTypes.authorizationCode: {
        const { code = '', redirectUri = '', codeVerifier } = request
        const begun = await redeemedCode(
          {
            grantType: grantTypes.authorizationCode,
            clientId: application.arn,
            code,
            redirectUri,
            codeVerifier,
          },
          { refresh: application.refreshTokenGrant },
          service,
          ports,
          (issued) => void passed(narrowScopes(request.scope, issued.scopes)),
        )
        return answered(begun, request, ports, (contents) =>
          issue(contents, { refreshToken: begun.refreshToken, identity: true }),
        )
      }
      default:
        return exchangedSubject(request, application, { deployment, service, ports }, issue)
    }
  })
}

type Contents = Omit<Parameters<typeof issueTokens>[0], 'deployment' | 'application'>
type Issue = (
  contents: Contents,
  form: { refreshToken?: string | undefined; identity: boolean },
) => Promise<IssuedTokens>

async function exchanged(
  request: ExchangeRequest,
  deployment: ExchangeDeployment,
  ports: ExchangePorts,
): Promise<Verdict<IAMTokens>> {
  const verdict = await exchangeToken(request, deployment, ports)
  if (!verdict.ok) return verdict
  const response = verdict.value
  const context = await readContextAssertion(response.awsAdditionalDetails?.identityContext ?? '', {
    keys: deployment.tokenKeys.sealing,
    instanceARN: deployment.instanceARN,
    now: ports.now(),
  })
  if (!context.ok) return { ...verdict, value: { response } }
  const { userId, credentialId } = context.value
  return { ...verdict, value: { response, person: { userId, credentialId } } }
}

/** The tokens of a grant that has just begun or been refreshed. */
async function answered(
  { grant, refreshToken }: Begun,
  request: ExchangeRequest,
  ports: GrantPorts,
  issue: (contents: Contents) => Promise<IssuedTokens>,
): Promise<IAMTokens> {
  const { signIn, user } = await personOf(grant.session, ports)
  const now = ports.now()
  // Both were there when the grant began; whoever has gone since gets nothing.
  passed(verdictOf(runRules([enabledUserRule], { user }), () => undefined))
  const live = { session: signIn, until: signIn?.expiresAt, now }
  passed(verdictOf(runRules([liveSessionRule], live), () => undefined))
  if (!signIn || !user) throw new Error('The rules let a person pass who is gone.')
  if (refreshToken !== undefined)
    await keepRefreshToken({ grant, refreshToken, until: endOf({ session: signIn }) }, ports)
  const response = await issue({
    user,
    now,
    scopes: passed(narrowScopes(request.scope, grant.scopes)),
    credentialId: signIn.sessionID,
    authTime: signIn.startedAt,
    sessionExpiresAt: signIn.expiresAt,
  })
  return { response, person: { userId: user.userId, credentialId: signIn.sessionID } }
}

async function keepRefreshToken({ grant, refreshToken, until }: Begun, ports: GrantPorts): Promise<void> {
  const key = keyOf.refreshToken(await digestOf('refresh-token', refreshToken ?? ''))
  await create(ports.state, key, { grantID: grant.grantID }, until)
}

/** token-exchange: the access token of another application, whose scope lists this one as its target. */
async function exchangedSubject(
  request: ExchangeRequest,
  application: Application,
  world: { deployment: ExchangeDeployment; service: IAMGrantService; ports: IAMGrantPorts },
  issue: Issue,
): Promise<IAMTokens> {
  const { deployment, service, ports } = world
  const now = ports.now()
  const { subjectToken = '' } = request
  const reading = { keys: deployment.tokenKeys.sealing, audience: application.arn, now }
  passed(checkTokenExchange({ request, application, token: undefined }))
  const token = passed(await readAccessToken(subjectToken, reading))
  passed(checkTokenExchange({ request, application, token }))
  const { user, signIn } = await personOf(
    { signInSessionID: token.credentialId, userId: token.userId },
    ports,
  )
  passed(verdictOf(runRules([enabledUserRule], { user }), () => undefined))
  if (!user) throw new Error('The rules let a user pass who is gone.')
  passed(authorizeUser(user, application))
  // Where the session is kept it must live: no new application session begins after sign-out (R220).
  if (signIn)
    passed(
      verdictOf(
        runRules([liveSessionRule], { session: signIn, until: signIn.expiresAt, now }),
        () => undefined,
      ),
    )
  const scopes = passed(grantScopes(request.scope, application))
  const refresh = request.requestedTokenType === tokenTypes.refreshToken
  const contents = {
    user,
    now,
    scopes,
    credentialId: token.credentialId,
    authTime: token.authTime,
    sessionExpiresAt: Math.min(token.sessionExpiresAt, signIn?.expiresAt ?? Infinity),
  }
  const person = { userId: user.userId, credentialId: token.credentialId }
  if (!refresh) return { response: await issue(contents, { identity: true }), person }

  await requireSignIn(token, signIn, world, user)
  const wanted = { grantID: newGrantID(ports), clientId: application.arn, scopes, refresh }
  const begun = await begunGrant(
    { ...wanted, userId: user.userId, signInSessionID: token.credentialId },
    service,
    ports,
  )
  await keepRefreshToken(begun, ports)
  return { response: await issue(contents, { refreshToken: begun.refreshToken, identity: true }), person }
}

/** A session from which the new grant can be refreshed, where the first exchange kept none: with the same end. */
async function requireSignIn(
  token: AccessToken,
  signIn: SignInSession | undefined,
  { service, ports }: { service: IAMGrantService; ports: GrantPorts },
  user: Parameters<typeof startSignInSession>[0]['user'],
): Promise<void> {
  if (signIn) return
  const { credentialId: sessionID, sessionExpiresAt: sessionNotOnOrAfter } = token
  const begun = startSignInSession({ sessionID, user, sessionNotOnOrAfter }, service.sessions, ports.now())
  const session = passed(begun)
  if ((await read<SignIn>(ports.state, keyOf.signIn(sessionID))) === undefined)
    await keepSignIn({ session }, ports)
}
