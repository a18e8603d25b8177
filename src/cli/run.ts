import { findingLines, htmlReport, textReport, type Report } from '../conformance/index.js'
import { FederationError } from '../core/outcome.js'
import { printable } from '../core/shown.js'
import type { CertsAnswer } from './certs/answer.js'
import { abacDecide } from './commands/abacDecide.js'
import { abacTags } from './commands/abacTags.js'
import { center } from './commands/center.js'
import { certs } from './commands/certs.js'
import { checkAwsProfile } from './commands/checkAwsProfile.js'
import { checkCertificate } from './commands/checkCertificate.js'
import { checkIssuer } from './commands/checkIssuer.js'
import { checkMetadata } from './commands/checkMetadata.js'
import { checkResponse } from './commands/checkResponse.js'
import { checkScimUser } from './commands/checkScimUser.js'
import { checkToken } from './commands/checkToken.js'
import { explain } from './commands/explain.js'
import { demo } from './demo/demo.js'
import { jsonText } from './jsonText.js'
import { Misuse } from './misuse.js'
import type { Terminal } from './terminal.js'
import { version } from './version.js'

export const usage = `countersign ${version}: federation as AWS IAM Identity Center does it

  countersign demo [--once] [--format text|json]
      signs people in at a real OIDC provider on this machine and exchanges their tokens

  countersign center [--config FILE] [--port N] [--allow-loopback-issuer] [--verbose]
      a local Identity Center: sign-in, portal API, CreateTokenWithIAM, STS, discovery and /events on 127.0.0.1

  countersign check response FILE (--idp METADATA [--idp-entity-id ID] | --idp-entity-id ID --idp-certificate PEM)
                               --audience ID --acs URL
                               [--in-response-to ID|none] [--abac on|off] [--users FILE]
                               [--profile identity-center|service-provider] [--clock-skew N] [--allow-sha1] [--at ISO]
      whether Identity Center would accept this SAML Response: XML, base64 as the browser sends it, or the
      body of the form (SAMLResponse=...)

  countersign check metadata FILE [--entity-id ID] [--certificate PEM] [--profile P] [--at ISO]
      the metadata of a SAML identity provider or service provider

  countersign check certificate FILE [--party idp|sp] [--at ISO]
      whether Identity Center would import this certificate, and how long it lasts

  countersign check token FILE --issuer TTI.json --audience AUD [--jwks FILE] [--users FILE]
                               [--at ISO] [--clock-skew N] [--allow-loopback-issuer]
      whether an exchange of this token would be accepted, without doing it

  countersign check issuer TTI.json [--allow-loopback-issuer]
      a trusted token issuer's configuration, as CreateTrustedTokenIssuer takes it

  countersign check aws-profile FILE [--profile NAME]
      a profile of ~/.aws/config that signs in by IAM Identity Center

  countersign check scim-user FILE
      a SCIM user, as the SCIM endpoint of Identity Center takes it

  Every check takes --format text|json|html, and --verbose, which lists what passed as well.

  countersign certs status --set SET [--at ISO] [--format text|json]
  countersign certs plan --set SET [--metadata FILE [--certificate PEM] [--profile P]] [--unused-days N]
                         [--one-at-a-time] [--distributed] [--at ISO] [--format text|json]
      certificates in the file SET: their colours, and the step of a rotation that is due; exit code 1 when anything is
      red, also of the commands below, by which the set as they leave it is meant

  countersign certs import FILE --set SET [--entity-id ID] [--party idp|sp]
                         [--force|--keep] [--certificate PEM] [--profile P] [--at ISO] [--format text|json]
      trusts a certificate (PEM), or brings the set in line with metadata (XML)
  countersign certs generate --set SET [--application NAME] [--key FILE] [--months 60] [--bits 2048|3072|4096|1024]
                         [--algorithm sha256|sha384|sha512|sha1] [--legacy] [--name CN] [--at ISO] [--format text|json]
      makes a signing certificate of our own; its private key goes into a new file
  countersign certs activate SHA256 --set SET [--at ISO] [--format text|json]
  countersign certs remove SHA256 --set SET [--compromised] [--at ISO] [--format text|json]

  countersign abac decide --policy FILE... --tags FILE --action A --resource R [--resource-tag K=V]...
                         [--resource-policy FILE] [--boundary FILE] [--session-policy FILE]... [--scp FILE]...
                         [--identity-context] [--principal ARN] [--context K=V]... [--format text|json]
      what IAM decides of a request with these session tags, by which statement, and what nearly allowed it;
      the tags are an object of key to value, or what abac tags --format json prints

  countersign abac tags --user FILE (--config FILE | --abac off) [--response FILE [options of check response]]
                        [--precedence directory|assertion] [--transitive KEY,KEY]
                        [--provisioned-by entra-id|pingfederate|pingone|other] [--format text|json]
      the session tags of a person: from the directory by the configuration, as sso-admin describes it (with
      nothing configured { "AccessControlAttributes": [] }), and from what a SAML Response asserts

  countersign explain [RULE] [--format text|json]
      what a rule asks, why, where it comes from, what to change, and examples; without a rule, the areas

  FILE may be - for standard input. Exit code: 0 accepted, 1 refused, 2 misuse.
`

/** Runs one command. The exit code: 0 accepted, 1 refused, 2 misuse. Never throws for what was typed or read. */
export async function run(words: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  try {
    return await dispatch(words, terminal)
  } catch (error) {
    if (error instanceof Misuse) return tellMisuse(error.message, error.findings, words, terminal)
    if (error instanceof FederationError) return tellMisuse(error.message, error.findings, words, terminal)
    throw error
  }
}

function isHelp(word: string | undefined): boolean {
  return word === '--help' || word === '-h'
}

async function dispatch(typed: readonly string[], terminal: Terminal): Promise<0 | 1 | 2> {
  const [command, ...rest] = typed
  // Only by itself: as a value of an option it must not turn a refusal into success.
  const words = command !== undefined && ['check', 'certs', 'abac'].includes(command) ? 2 : 1
  const asked = isHelp(rest.at(-1)) && rest.length === words
  if (command === undefined || asked || command === 'help' || command === '--help' || command === '-h') {
    terminal.out(usage)
    return command === undefined ? 2 : 0
  }
  if (command === '--version' || command === 'version') {
    terminal.out(`${version}\n`)
    return 0
  }
  if (command === 'demo') return demo(rest, terminal)
  if (command === 'center') return center(rest, terminal)
  if (command === 'certs') return tellAnswer(await certs(rest), rest, terminal)
  if (command === 'abac') return subcommand(abac, 'abac', rest, terminal)
  if (command === 'explain') return explain(rest, terminal)
  if (command !== 'check')
    throw new Misuse(`There is no command "${printable(command)}". See countersign --help.`)
  const [kind, ...options] = rest
  if (kind === 'token') return tell(await checkToken(options), options, terminal)
  if (kind === 'metadata') return tell(await checkMetadata(options), options, terminal)
  if (kind === 'certificate') return tell(await checkCertificate(options), options, terminal)
  if (kind === 'response') return tell(await checkResponse(options), options, terminal)
  if (kind === 'issuer') return tell(await checkIssuer(options), options, terminal)
  if (kind === 'aws-profile') return tell(await checkAwsProfile(options), options, terminal)
  if (kind === 'scim-user') return tell(await checkScimUser(options), options, terminal)
  throw new Misuse(
    'check takes response, metadata, certificate, token, issuer, aws-profile or scim-user. See countersign --help.',
  )
}

type Command = (words: readonly string[], terminal: Terminal) => Promise<0 | 1 | 2>

const abac: Readonly<Record<string, Command>> = { decide: abacDecide, tags: abacTags }

function subcommand(
  commands: Readonly<Record<string, Command>>,
  name: string,
  [kind, ...words]: readonly string[],
  terminal: Terminal,
): Promise<0 | 1 | 2> {
  const command = kind !== undefined && Object.hasOwn(commands, kind) ? commands[kind] : undefined
  if (!command) {
    throw new Misuse(`${name} takes ${Object.keys(commands).join(' or ')}. See countersign --help.`)
  }
  return command(words, terminal)
}

function tell(report: Report, words: readonly string[], { out, style }: Terminal): 0 | 1 {
  if (wantsFormat('json', words)) out(jsonText(report))
  else if (wantsFormat('html', words)) out(htmlReport(report))
  else out(textReport(report, style, { verbose: words.includes('--verbose') }))
  return report.verdict === 'accepted' ? 0 : 1
}

function tellAnswer(answer: CertsAnswer, words: readonly string[], { out, style }: Terminal): 0 | 1 {
  out(wantsFormat('json', words) ? jsonText(answer.json) : answer.text(style))
  return answer.code
}

function tellMisuse(
  message: string,
  findings: Misuse['findings'],
  words: readonly string[],
  terminal: Terminal,
): 2 {
  const { out, err, style } = terminal
  if (wantsFormat('json', words)) {
    out(jsonText({ tool: { name: 'countersign', version }, misuse: message, findings }))
  } else {
    const lines = findings.flatMap((finding) => ['', ...findingLines(finding, style)])
    err([...message.split('\n').map((line) => style.bad(printable(line))), ...lines, ''].join('\n'))
  }
  return 2
}

/** Even words that make no sense are answered in the format that they ask for. */
function wantsFormat(format: string, words: readonly string[]): boolean {
  const at = words.indexOf('--format')
  return words.includes(`--format=${format}`) || (at >= 0 && words[at + 1] === format)
}
