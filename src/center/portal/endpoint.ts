import type { UserIdentity } from '../../audit/index.js'
import { encodeUtf8 } from '../../core/codec.js'
import { accepted, type Finding, type Verdict } from '../../core/outcome.js'
import type { Clock, RandomBytes } from '../../core/ports.js'
import { runRules, verdictOf, type Rule } from '../../core/rule.js'
import { accountIdsOf, selectableRoles } from '../../directory/portal/index.js'
import type { ResolvedAccessToken } from '../../oauth/index.js'
import { identityStoreARN, type SealingKey } from '../../tti/index.js'
import type { AttributeState } from '../../flows/attributeState.js'
import { nobody } from '../caller.js'
import type { CenterConfig } from '../config.js'
import { headerOf, jsonResponse, ROOM_FOR_ATTRIBUTES, type ReceivedRequest, type Reply } from '../reply.js'
import { sealSession, sessionARN, type RoleSession } from '../session.js'
import { readForm, type FormReading } from '../../core/form.js'
import { portalAnswer, portalAnswers } from './answers.js'
import { pageOf } from './page.js'
import { PORTAL_OPERATIONS, portalRequestRules, type PortalOperation } from './requestRules.js'
import { beginRoleSession } from './roleCredentials.js'

export interface PortalEndpoint {
  readonly config: CenterConfig
  readonly attributes: AttributeState
  readonly sealing: readonly [SealingKey, ...SealingKey[]]
  readonly now: Clock
  readonly randomBytes: RandomBytes
  /** Who is behind an access token of scope `sso:account:access`, and whether their sign-in session lives. */
  readonly resolve: (accessToken: string) => Promise<Verdict<ResolvedAccessToken>>
  /** Ends a sign-in session by its id. */
  readonly endSession: (sessionID: string) => Promise<Verdict<unknown>>
}

/** The header that carries the access token: there is no signature, and no `Authorization`. */
const TOKEN_HEADER = 'x-amz-sso_bearer_token'

/** The operation behind a method and a path, if it is the portal's. */
export function portalOperation(method: string, pathname: string): PortalOperation | undefined {
  const name = `${method} ${pathname}`
  return Object.hasOwn(PORTAL_OPERATIONS, name)
    ? PORTAL_OPERATIONS[name as keyof typeof PORTAL_OPERATIONS]
    : undefined
}

interface AccountSubject {
  readonly accountIds: readonly string[]
  readonly accountId: string
}

export const portalAccountRules: readonly Rule<AccountSubject>[] = [
  {
    id: 'center/portal-account',
    severity: 'error',
    source: 'R104; SSO Portal API ListAccountRoles',
    title: 'The person is assigned something in the account',
    fix: 'Assign a permission set in the account to the user, or to a group that lists the user itself.',
    check: ({ accountIds, accountId }) =>
      accountIds.includes(accountId)
        ? []
        : [{ reason: 'not-assigned', path: 'account_id', message: 'Nothing is assigned there.' }],
  },
]

interface Answer {
  readonly body: object | undefined
  /** What the log keeps of it; never credentials. */
  readonly logged?: object
  /** The session of a role that it began. */
  readonly session?: RoleSession
}

/**
 * The portal API, as `aws sso` and the SDKs' SSO credentials use it: ListAccounts, ListAccountRoles, GetRoleCredentials and
 * Logout. Whoever cannot prove a living session learns nothing but that.
 */
export async function answerPortal(
  request: ReceivedRequest,
  operation: PortalOperation,
  requestId: string,
  center: PortalEndpoint,
): Promise<Reply> {
  const { deployment } = center.config
  const query = readQuery(request.url)
  const audit = {
    eventSource: 'sso.amazonaws.com',
    eventName: operation.name,
    readOnly: operation.paged,
  } as const
  const refuse = (findings: readonly Finding[], userIdentity: UserIdentity): Reply => {
    const code = portalAnswer(findings)
    const { status, message } = portalAnswers[code]
    return {
      response: jsonResponse(status, { message }, requestId, code),
      audit: { ...audit, userIdentity, error: { code, message }, findings },
    }
  }

  const proof = await center.resolve(headerOf(request, TOKEN_HEADER) ?? '')
  if (!proof.ok) return refuse(proof.findings, nobody)
  const person = proof.value
  const identity: UserIdentity = {
    type: 'IdentityCenterUser',
    accountId: deployment.accountId,
    onBehalfOf: { userId: person.userId, identityStoreArn: identityStoreARN(deployment) },
    credentialId: person.signInSessionID,
  }
  const judged = verdictOf(runRules(portalRequestRules, { operation, query }), () => query.parameters)
  if (!judged.ok) return refuse(judged.findings, identity)
  const answer = await operations[operation.name](judged.value, person, center)
  if (!answer.ok) return refuse(answer.findings, identity)
  const { body, logged, session } = answer.value
  return {
    response: body === undefined ? emptyResponse(requestId) : jsonResponse(200, body, requestId),
    audit: {
      ...audit,
      userIdentity: identity,
      requestParameters: Object.fromEntries(
        [...judged.value].filter(([name]) => operation.parameters.some((known) => known === name)),
      ),
      ...(logged === undefined ? {} : { responseElements: logged }),
      findings: [...proof.findings, ...answer.findings],
    },
    ...(session ? { followed: assumptionOf(session) } : {}),
  }
}

/** STS's own record of the session, in the account of the role, with the attributes that became its tags (R132). */
function assumptionOf(session: RoleSession): NonNullable<Reply['followed']> {
  return {
    accountId: session.roleARN.split(':')[4] ?? '',
    eventSource: 'sts.amazonaws.com',
    eventName: 'AssumeRoleWithSAML',
    userIdentity: { type: 'SAMLUser', userName: session.roleSessionName },
    requestParameters: {
      roleArn: session.roleARN,
      roleSessionName: session.roleSessionName,
      principalTags: session.sessionTags,
      durationSeconds: session.expiresAt - session.issuedAt,
    },
    maxParameterCharacters: ROOM_FOR_ATTRIBUTES,
    responseElements: {
      credentials: { accessKeyId: session.accessKeyId, expiration: session.expiresAt },
      assumedRoleUser: {
        assumedRoleId: `${session.roleId}:${session.roleSessionName}`,
        arn: sessionARN(session),
      },
    },
    findings: [],
  }
}

type Operation = (
  parameters: ReadonlyMap<string, string>,
  person: ResolvedAccessToken,
  center: PortalEndpoint,
) => Promise<Verdict<Answer>>

const operations: Readonly<Record<PortalOperation['name'], Operation>> = {
  ListAccounts: async (parameters, { user }, { config, sealing }) => {
    const { access, accounts } = config.portal
    const accountList = accountIdsOf(access, user).map((accountId) => {
      const account = accounts.find(({ id }) => id === accountId)
      const email = account?.email === undefined ? {} : { emailAddress: account.email }
      return { accountId, accountName: account?.name ?? accountId, ...email }
    })
    const list = `accounts ${user.userId}`
    const page = await pageOf(accountList, ({ accountId }) => accountId, list, parameters, sealing)
    return page.ok ? accepted({ body: listed('accountList', page.value) }) : page
  },

  ListAccountRoles: async (parameters, { user }, { config, sealing }) => {
    const { access } = config.portal
    const accountId = parameters.get('account_id') ?? ''
    const subject = { accountIds: accountIdsOf(access, user), accountId }
    const assigned = verdictOf(runRules(portalAccountRules, subject), () => null)
    if (!assigned.ok) return assigned
    const roleList = selectableRoles(access, user, accountId).map(({ permissionSetName }) => ({
      roleName: permissionSetName,
      accountId,
    }))
    const list = `roles ${user.userId} ${accountId}`
    const page = await pageOf(roleList, ({ roleName }) => roleName, list, parameters, sealing)
    return page.ok ? accepted({ body: listed('roleList', page.value) }) : page
  },

  GetRoleCredentials: async (parameters, person, { config, attributes, sealing, now, randomBytes }) => {
    const current = await attributes.current()
    if (!current.ok) return current
    const choice = {
      accountId: parameters.get('account_id') ?? '',
      permissionSetName: parameters.get('role_name') ?? '',
    }
    const begun = beginRoleSession(choice, person, {
      config,
      attributes: current.value,
      now: now(),
      randomBytes,
    })
    if (!begun.ok) return begun
    const { accessKeyId, secretAccessKey, expiresAt } = begun.value
    const sessionToken = await sealSession(begun.value, sealing)
    // Milliseconds, unlike every other time of the service.
    const expiration = expiresAt * 1000
    return accepted(
      {
        body: { roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration } },
        logged: { roleCredentials: { accessKeyId, expiration } },
        session: begun.value,
      },
      begun.findings,
    )
  },

  Logout: async (_, { signInSessionID }, { endSession }) => {
    const ended = await endSession(signInSessionID)
    return ended.ok ? accepted({ body: undefined }) : ended
  },
}

function listed(
  name: string,
  { items, nextToken }: { items: readonly object[]; nextToken?: string },
): object {
  return { [name]: items, ...(nextToken === undefined ? {} : { nextToken }) }
}

/** A request without parameters has no query to be read. */
function readQuery(url: string): FormReading {
  const at = url.indexOf('?')
  return at < 0 || at === url.length - 1
    ? { parameters: new Map(), faults: [] }
    : readForm(encodeUtf8(url.slice(at + 1)))
}

function emptyResponse(requestId: string): Response {
  return new Response(null, {
    status: 200,
    headers: { 'cache-control': 'no-store', 'x-amzn-requestid': requestId },
  })
}
