import example from '../../../examples/center.json'
import type { AuditEvent } from '../../audit/index.js'
import { createCenter, startCenter, validateCenterConfig, type CenterConfig } from '../../center/index.js'
import { findingLines } from '../../conformance/index.js'
import type { Finding } from '../../core/outcome.js'
import { printable } from '../../core/shown.js'
import { generateTokenKeys } from '../../flows/index.js'
import { readJson } from '../files.js'
import { Misuse } from '../misuse.js'
import { readOptions, text } from '../options.js'
import type { Terminal } from '../terminal.js'

const DEFAULT_PORT = 9410

/**
 * `center [--config FILE] [--port N] [--allow-loopback-issuer] [--verbose]`: a local Identity Center until it is
 * interrupted. A first signal finishes what is in flight; a second one does not wait.
 */
export async function center(words: readonly string[], terminal: Terminal): Promise<0> {
  const { values, positionals } = readOptions(words, {
    config: 'string',
    port: 'string',
    'allow-loopback-issuer': 'boolean',
    verbose: 'boolean',
  })
  if (positionals.length > 0) throw new Misuse('center takes no FILE; give one as --config.')
  const allowLoopbackIssuer = values['allow-loopback-issuer'] === true
  const file = text(values, 'config')
  const verdict = validateCenterConfig(file === undefined ? example : await readJson(file), {
    allowLoopbackIssuer,
  })
  if (!verdict.ok)
    throw new Misuse(
      `${printable(file ?? 'The example')}: is not a center's configuration.`,
      verdict.findings,
    )

  const tokenKeys = await generateTokenKeys()
  const verbose = values['verbose'] === true
  const running = createCenter({
    config: verdict.value,
    tokenKeys,
    publicJwk: {
      ...tokenKeys.publicKey.export({ format: 'jwk' }),
      kid: tokenKeys.signer.keyID,
      use: 'sig',
      alg: 'RS256',
    },
    allowLoopbackIssuer,
    onEvent: (event, findings) => terminal.err(logLines(event, verbose ? findings : [], terminal)),
  })
  const server = await startCenter(running, { port: portOf(text(values, 'port')) })
  for (const finding of verdict.findings)
    terminal.err(`${findingLines(finding, terminal.style).join('\n')}\n`)
  terminal.out(introduction(server.url, verdict.value, file, terminal))
  await interrupted()
  terminal.err('Finishing what is in flight; interrupt again to stop at once.\n')
  await Promise.race([server.stop(), interrupted()])
  return 0
}

function portOf(value: string | undefined): number {
  if (value === undefined) return DEFAULT_PORT
  const port = /^\d{1,5}$/.test(value) ? Number(value) : -1
  if (port < 0 || port > 65_535) throw new Misuse('--port is a number from 0 (any free port) to 65535.')
  return port
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      process.removeListener('SIGINT', done)
      process.removeListener('SIGTERM', done)
      resolve()
    }
    process.on('SIGINT', done)
    process.on('SIGTERM', done)
  })
}

function introduction(
  url: string,
  config: CenterConfig,
  file: string | undefined,
  { style }: Terminal,
): string {
  const { deployment, accessKeys, roles } = config
  const lines = [
    style.strong(`Local Identity Center at ${url}`),
    `configured by ${file === undefined ? 'the built-in example (examples/center.json)' : printable(file)}; its keys and memory last until it stops`,
    '',
    ...deployment.issuers.map(
      ({ issuerURL, claimAttributePath, identityStoreAttributePath }) =>
        `trusts       ${issuerURL}, ${claimAttributePath} -> ${identityStoreAttributePath}`,
    ),
    ...deployment.applications.map(
      ({ arn, name }) => `application  ${arn}${name === undefined ? '' : ` (${printable(name)})`}`,
    ),
    ...roles.map(({ arn }) => `role         ${arn}`),
    ...accessKeys.map(({ accessKeyId, principalARN }) => `access key   ${accessKeyId} is ${principalARN}`),
    '',
    `CreateTokenWithIAM: POST ${url}/token?aws_iam=t    STS: POST ${url}/    events: GET ${url}/events`,
    `sign in: ${url}/start    clients: POST ${url}/client/register    start URL: ${url}/start`,
    `aws sso-oidc create-token-with-iam --endpoint-url ${url} --region ${config.region} ...`,
    `aws sso-admin describe-instance-access-control-attribute-configuration --endpoint-url ${url} --region ${config.region} ...`,
    '',
  ]
  return `${lines.join('\n')}\n`
}

/** One line a call; with --verbose the rules that refused it. */
function logLines(event: AuditEvent, findings: readonly Finding[], { style }: Terminal): string {
  const { errorCode, userIdentity, eventTime, eventName } = event
  const outcome = errorCode === undefined ? style.good('ok') : style.bad(errorCode)
  const { arn, onBehalfOf } = userIdentity
  const person = onBehalfOf === undefined ? undefined : `user ${onBehalfOf.userId}`
  const who = arn === undefined ? (person ?? 'unproven caller') : `${arn}${person ? ` for ${person}` : ''}`
  const causes = findings.map(
    ({ rule, reason, path, message }) =>
      `    ${style.warn(rule)} (${reason})${path === undefined ? '' : ` at ${printable(path)}`}: ${printable(message)}`,
  )
  return [`${eventTime} ${eventName} ${outcome} ${printable(who)}`, ...causes, ''].join('\n')
}
