import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSSOProfile, PORTAL_SCOPE } from '../../src/oauth/index.js'

export const START_URL = 'https://d-1234567890.awsapps.com/start'

/** A home folder for the AWS CLI and SDKs, with one SSO session and profiles of it. */
export interface AwsHome {
  readonly folder: string
  readonly config: string
  /** What the CLI is run with: nothing of this machine's settings. */
  readonly env: NodeJS.ProcessEnv
  /** The cached token of the session, as `aws sso login` writes it. */
  token(): Record<string, string>
  writeToken(token: Readonly<Record<string, string>>): void
  remove(): void
}

const SESSION = 'center'

export function awsHome(
  profiles: Readonly<Record<string, { readonly account: string; readonly role: string }>>,
  more: NodeJS.ProcessEnv = {},
  startURL = START_URL,
): AwsHome {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-home-'))
  const config = join(folder, 'config')
  const cache = join(folder, '.aws', 'sso', 'cache')
  mkdirSync(cache, { recursive: true })
  const session = { name: SESSION, startURL, region: 'us-east-1', registrationScopes: [PORTAL_SCOPE] }
  const texts = Object.entries(profiles).map(([name, { account, role }], index) =>
    buildSSOProfile(
      { name, accountId: account, roleName: role, region: 'us-east-1', session },
      { withSession: index === 0 },
    ),
  )
  writeFileSync(config, texts.join('\n'))
  const file = join(cache, `${createHash('sha1').update(SESSION).digest('hex')}.json`)
  const clean = Object.entries(process.env).filter(([name]) => !/^AWS_|_proxy$/i.test(name))
  return {
    folder,
    config,
    env: {
      ...Object.fromEntries(clean),
      HOME: folder,
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
      AWS_PAGER: '',
      PYTHONUNBUFFERED: '1',
      ...more,
    },
    token: () => JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>,
    writeToken: (token) => writeFileSync(file, JSON.stringify(token)),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Credentials of roles that the CLI keeps: without them it asks again. */
export function forgetCredentials({ folder }: AwsHome): void {
  rmSync(join(folder, '.aws', 'cli', 'cache'), { recursive: true, force: true })
}

/** The files that the CLI left in its cache of tokens and registrations. */
export function cachedFiles({ folder }: AwsHome): string[] {
  return readdirSync(join(folder, '.aws', 'sso', 'cache'))
}
