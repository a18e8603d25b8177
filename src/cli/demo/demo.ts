import { createInterface } from 'node:readline/promises'
import { FederationError, type Finding } from '../../core/outcome.js'
import { exchangeToken, systemClock } from '../../flows/index.js'
import { publicAnswer, readAccessToken, type ExchangeRequest } from '../../tti/index.js'
import { Misuse } from '../misuse.js'
import { formatOf, readOptions } from '../options.js'
import type { Terminal } from '../terminal.js'
import { startOutsideProvider, type OutsideProvider } from './outsideProvider.js'
import { signIn } from './signIn.js'
import { Steps, type Step, type StepResult } from './steps.js'
import * as world from './world.js'

const redirectURI = 'http://127.0.0.1/callback'
const otherClient = 'another-app'

/**
 * `demo [--once] [--format json]`: the main job on real input. Exit code 0 only if every step went as it must. In a
 * terminal it offers to run again, unless `--once`.
 */
export async function demo(words: readonly string[], terminal: Terminal): Promise<0 | 1> {
  const { values, positionals } = readOptions(words, { once: 'boolean', format: 'string' })
  if (positionals.length > 0) throw new Misuse('demo takes no file.')
  const json = formatOf(values) === 'json'
  let passed = await runOnce(json, terminal)
  while (values['once'] !== true && !json && terminal.interactive && (await again()))
    passed = await runOnce(json, terminal)
  return passed ? 0 : 1
}

async function runOnce(json: boolean, terminal: Terminal): Promise<boolean> {
  const steps = new Steps((result) => {
    if (!json) terminal.out(stepText(result, terminal))
  })
  if (!json) terminal.out(introduction(terminal))
  await runSteps(steps)
  if (json) {
    const plain = steps.results.map(({ name, outcome, rule, ms }): Step => ({
      name,
      outcome,
      ...(rule === undefined ? {} : { rule }),
      ms,
    }))
    terminal.out(`${JSON.stringify({ steps: plain }, null, 2)}\n`)
  } else terminal.out(conclusion(steps, terminal))
  return steps.asExpected
}

async function runSteps(steps: Steps): Promise<void> {
  const providers: OutsideProvider[] = []
  const start = async (): Promise<OutsideProvider> => {
    const provider = await startOutsideProvider({
      accounts: Object.values(world.people),
      clients: [world.audience, otherClient].map((clientId) => ({ clientId, redirectURIs: [redirectURI] })),
    })
    providers.push(provider)
    return provider
  }
  try {
    await story(steps, start)
  } finally {
    await Promise.all(providers.map((provider) => provider.close()))
  }
}

async function story(steps: Steps, start: () => Promise<OutsideProvider>): Promise<void> {
  let clockOffset = 0
  const now = (): number => systemClock() + clockOffset

  const { issuerURL } = await steps.done('an outside identity provider starts', start, (provider) => [
    `oidc-provider at ${provider.issuerURL}`,
  ])
  const { deployment, ports } = await steps.done(
    'an exchange of our own starts, configured as one would configure AWS',
    () => world.startExchange(issuerURL, now),
    () => [`trusts ${issuerURL} for audience "${world.audience}", maps claim email to emails.value`],
  )

  const signedIn = async (login: string, clientId = world.audience, issuer = issuerURL): Promise<string> =>
    (await signIn({ issuerURL: issuer, clientId, redirectURI, login, password: 'demo' })).idToken
  const exchange = (
    assertion: string,
    more: Partial<ExchangeRequest> = {},
  ): ReturnType<typeof exchangeToken> => {
    const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    const request = {
      clientId: world.requestingApplication,
      grantType,
      assertion,
      callerARN: world.caller,
      ...more,
    }
    return exchangeToken(request, deployment, ports)
  }

  const token = await steps.done(
    'Ada signs in there: login page, consent page, PKCE',
    () => signedIn('ada'),
    (jwt) => [`an ID token of ${jwt.length} characters, RS256`],
  )
  const issued = await steps.accepted(
    "Ada's token is exchanged",
    () => exchange(token),
    (tokens) => [
      `${tokens.tokenType} access token for ${tokens.expiresIn} s, scopes ${tokens.scope.join(' ')}`,
      `identity context of ${tokens.awsAdditionalDetails?.identityContext.length ?? 0} characters, for STS AssumeRole`,
    ],
  )
  await steps.accepted(
    'The receiving application reads who is asking',
    () =>
      readAccessToken(issued?.accessToken ?? '', {
        keys: deployment.tokenKeys.sealing,
        audience: world.receivingApplication,
        now: now(),
      }),
    (access) => [`user ${access.userId}, for ${access.audience.join(', ')}`],
  )

  await steps.refused('The same token a second time', 'tti/replay', () => exchange(token), told)
  const forOther = await signedIn('ada', otherClient)
  await steps.refused(
    'A token that Ada got for another application',
    'tti/aud',
    () => exchange(forOther),
    told,
  )
  const stranger = await start()
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
  await steps.refused('A token two hours later', 'tti/exp', () => exchange(late), told)
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
  const other = await signedIn('ada')
  await steps.refused(
    'A caller whom the actor policy does not name',
    'tti/caller',
    () => exchange(other, { callerARN: 'arn:aws:sts::111122223333:assumed-role/other-app/i-0def' }),
    told,
  )
}

/** The token with another person's address in its claims, under the old signature. */
function tamper(jwt: string): string {
  const [header = '', payload = '', signature = ''] = jwt.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
  const changed = Buffer.from(JSON.stringify({ ...claims, email: 'bob@example.com' })).toString('base64url')
  return [header, changed, signature].join('.')
}

function told(findings: readonly Finding[]): readonly string[] {
  const { error, name } = publicAnswer(findings)
  return [`the caller is told only ${error} (${name})`]
}

function introduction({ style }: Terminal): string {
  return `${style.strong("Countersign: an outside IdP's JWT is exchanged, exactly once")}\n\n`
}

function stepText(
  { name, outcome, ms, asExpected, details, finding }: StepResult,
  { style }: Terminal,
): string {
  const mark = asExpected ? style.good(outcome === 'ok' ? '  ok     ' : '  refused') : style.bad('  WRONG  ')
  const time = style.faint(`${ms.toFixed(1).padStart(8)} ms`)
  const cause = finding ? [`${style.warn(`${finding.rule} (${finding.reason})`)}: ${finding.message}`] : []
  const indented = [...cause, ...details].map((line) => `                        ${line}\n`)
  return `${mark}${time}  ${name}\n${indented.join('')}`
}

function conclusion(steps: Steps, { style }: Terminal): string {
  const { length } = steps.results
  const wrong = steps.results.filter(({ asExpected }) => !asExpected).length
  return steps.asExpected
    ? `\n${style.good(`All ${length} steps went as they must.`)}\n`
    : `\n${style.bad(`${wrong} of ${length} steps did not go as they must.`)}\n`
}

async function again(): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    await terminal.question('\nEnter runs it again, Ctrl-C ends. ')
    return true
  } catch (error) {
    // Ctrl-C or the end of input: done, not failed.
    if (error instanceof FederationError) throw error
    return false
  } finally {
    terminal.close()
  }
}
