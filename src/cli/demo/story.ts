import { accepted, assertAccepted, refused, type Finding, type Verdict } from '../../core/outcome.js'
import {
  createCenter,
  startCenter,
  validateCenterConfig,
  type Center,
  type CenterServer,
} from '../../center/index.js'
import { generateTokenKeys } from '../../flows/index.js'
import { assumeRoleRequest, identityContext, readAccessToken, type IssuedTokens } from '../../tti/index.js'
import { awsClients, type AccessKey } from './clients.js'
import { startOutsideProvider, type OutsideProvider } from './outsideProvider.js'
import { signIn } from './signIn.js'
import type { Steps } from './steps.js'
import * as world from './world.js'

const redirectURI = 'http://127.0.0.1/callback'
const otherClient = 'another-app'
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Tells the whole story: a person signs in outside, an application acts for them, and whoever may not is refused. */
export async function tellStory(steps: Steps): Promise<void> {
  const open: { close(): Promise<void> }[] = []
  const kept = async <T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const started = await starting
    open.push(started)
    return started
  }
  try {
    await story(steps, kept)
  } finally {
    await Promise.all(open.map((one) => one.close()))
  }
}

type Kept = <T extends { close(): Promise<void> }>(starting: Promise<T>) => Promise<T>

async function story(steps: Steps, kept: Kept): Promise<void> {
  const startProvider = (): Promise<OutsideProvider> =>
    kept(
      startOutsideProvider({
        accounts: Object.values(world.people),
        clients: [world.audience, otherClient].map((clientId) => ({ clientId, redirectURIs: [redirectURI] })),
      }),
    )
  const { issuerURL } = await steps.done('An outside identity provider starts', startProvider, (provider) => [
    `oidc-provider at ${provider.issuerURL}`,
  ])
  const local = await steps.done(
    'A local Identity Center starts',
    () => kept(startLocal(issuerURL)),
    ({ server }) => [
      `${server.url} trusts ${issuerURL} for audience "${world.audience}", maps claim email to emails.value`,
    ],
  )
  const aws = await awsClients()
  const { center, server } = local
  let clockOffset = 0

  const signedIn = async (login: string, clientId = world.audience, issuer = issuerURL): Promise<string> =>
    (await signIn({ issuerURL: issuer, clientId, redirectURI, login, password: 'demo' })).idToken
  const exchange = (
    assertion: string,
    key: AccessKey = world.keys.application,
  ): Promise<Verdict<IssuedTokens>> => {
    const input = { clientId: world.requestingApplication, grantType, assertion }
    const client = aws.oidc(server.url, key, clockOffset)
    return local.overTheWire(async () => {
      const output = await client.send(new aws.CreateTokenWithIAMCommand(input))
      return output as unknown as IssuedTokens
    })
  }
  const assume = (contextAssertion: string): Promise<Verdict<AccessKey>> => {
    const input = assertAccepted(
      assumeRoleRequest({
        roleArn: world.personRole,
        roleSessionName: 'ada',
        identityContext: contextAssertion,
      }),
    )
    const client = aws.sts(server.url, world.keys.application)
    return local.overTheWire(async () => {
      const { Credentials } = await client.send(new aws.AssumeRoleCommand(structuredClone(input) as never))
      return {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      }
    })
  }

  const token = await steps.done(
    'Ada signs in there: login page, consent page, PKCE',
    () => signedIn('ada'),
    (jwt) => [`an ID token of ${jwt.length} characters, RS256`],
  )
  const issued = await steps.accepted(
    "The application exchanges Ada's token (@aws-sdk/client-sso-oidc)",
    () => exchange(token),
    (tokens) => [
      `${tokens.tokenType} access token for ${tokens.expiresIn} s, scopes ${tokens.scope.join(' ')}`,
    ],
  )
  await steps.accepted(
    'The receiving application reads who is asking',
    () =>
      readAccessToken(issued?.accessToken ?? '', {
        keys: local.sealing,
        audience: world.receivingApplication,
        now: center.now(),
      }),
    (access) => [`user ${access.userId}, for ${access.audience.join(', ')}`],
  )
  const context = issued && assertAccepted(identityContext(issued)).contextAssertion
  const session = await steps.accepted(
    'The application assumes a role for Ada (@aws-sdk/client-sts)',
    () => assume(context ?? ''),
    () => [`${world.personRole}, with her identity context of ${context?.length ?? 0} characters`],
  )
  await steps.accepted(
    'A call with that session is a call on behalf of Ada',
    () =>
      local.overTheWire(async () => {
        if (!session) throw new Error('There is no session.')
        const identity = await aws.sts(server.url, session).send(new aws.GetCallerIdentityCommand({}))
        const person = center.events().at(-1)?.userIdentity.onBehalfOf?.userId
        if (person !== world.ada) throw new Error('The call is not on behalf of Ada.')
        return { identity, person }
      }),
    ({ identity, person }) => [`${identity.Arn ?? ''}`, `the audit event says onBehalfOf ${person}`],
  )

  const told = (): readonly string[] => [`the caller is told only ${local.lastAnswer()}`]
  await steps.refused('The same token a second time', 'tti/replay', () => exchange(token), told)
  const forOther = await signedIn('ada', otherClient)
  await steps.refused(
    'A token that Ada got for another application',
    'tti/aud',
    () => exchange(forOther),
    told,
  )
  const stranger = await startProvider()
  const foreign = await signedIn('ada', world.audience, stranger.issuerURL)
  await steps.refused(
    'A token of an issuer that nobody trusts',
    'tti/trusted-issuer',
    () => exchange(foreign),
    told,
  )
  const altered = tamper(await signedIn('ada'))
  await steps.refused(
    'A token in which one claim was altered',
    'tti/signature',
    () => exchange(altered),
    told,
  )
  const late = await signedIn('ada')
  clockOffset = 2 * 3600
  center.moveClock(clockOffset)
  await steps.refused('A token two hours later', 'tti/exp', () => exchange(late), told)
  center.moveClock(-clockOffset)
  clockOffset = 0
  const bob = await signedIn('bob')
  await steps.refused(
    'Bob, who is not assigned to the application',
    'tti/user-not-assigned',
    () => exchange(bob),
    told,
  )
  const zoe = await signedIn('zoe')
  await steps.refused('Zoe, who is not in the directory', 'tti/user-not-found', () => exchange(zoe), told)
  const fresh = await signedIn('ada')
  await steps.refused(
    'A caller whom the actor policy does not name',
    'tti/caller',
    () => exchange(fresh, world.keys.otherApplication),
    told,
  )
  await steps.refused(
    'A request signed with a wrong secret',
    'sigv4/signature',
    () => exchange(fresh, { ...world.keys.application, secretAccessKey: 'not-the-secret-of-this-key' }),
    told,
  )
  await steps.refused(
    'An identity context that was altered',
    'tti/context-seal',
    () => assume(flipped(context ?? 'none')),
    told,
  )
}

/** A center on this machine, and what its log says of the last call. */
async function startLocal(issuerURL: string) {
  const tokenKeys = await generateTokenKeys()
  let findings: readonly Finding[] = []
  let answer = ''
  const config = assertAccepted(
    validateCenterConfig(world.configuration(issuerURL), { allowLoopbackIssuer: true }),
  )
  const center: Center = createCenter({
    config,
    tokenKeys,
    allowLoopbackIssuer: true,
    onEvent: (event, told) => {
      findings = told
      answer = event.errorCode ?? 'nothing'
    },
  })
  const server: CenterServer = await startCenter(center)
  return {
    center,
    server,
    sealing: tokenKeys.sealing,
    close: () => server.stop(),
    lastAnswer: () => answer,
    /** What a client's call came to; a refusal with the findings of the log, which the wire does not carry. */
    overTheWire: async <T>(call: () => Promise<T>): Promise<Verdict<T>> => {
      findings = []
      try {
        return accepted(await call())
      } catch (error) {
        const [first, ...rest] = findings
        if (!first) throw error
        return refused([first, ...rest])
      }
    },
  }
}

/** The token with another person's address in its claims, under the old signature. */
function tamper(jwt: string): string {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
  const changed = Buffer.from(JSON.stringify({ ...claims, email: 'bob@example.com' })).toString('base64url')
  return [header, changed, signature].join('.')
}

function flipped(text: string): string {
  const at = Math.floor(text.length / 2)
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
}
