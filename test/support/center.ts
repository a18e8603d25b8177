import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SSOAdminClient } from '@aws-sdk/client-sso-admin'
import { SSOOIDCClient } from '@aws-sdk/client-sso-oidc'
import { STSClient } from '@aws-sdk/client-sts'
import {
  createCenter,
  startCenter,
  validateCenterConfig,
  type Center,
  type CenterOptions,
  type CenterServer,
} from '../../src/center/index.js'
import { assertAccepted } from '../../src/core/index.js'
import { generateTokenKeys, staticIssuerKeys } from '../../src/flows/index.js'
import { issuerKey, jwksOf, makeToken, NOW } from './deployment.js'

export type Json = { [name: string]: never } & Record<string, unknown>

/** examples/center.json, so that the example is what the tests run. */
export function exampleConfig(): Record<string, never> {
  const file = fileURLToPath(new URL('../../examples/center.json', import.meta.url))
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, never>
}

export const EXAMPLE_ISSUER = 'https://example.okta.com/oauth2/default'
export const EXAMPLE_AUDIENCE = '0oa1b2c3d4e5f6g7h8i9'
export const EXAMPLE_APPLICATION =
  'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef'
export const EXAMPLE_ROLE = 'arn:aws:iam::111122223333:role/expense-app-user'
export const APP_KEY = {
  accessKeyId: 'AKIALOCALEXPENSEAPP1',
  secretAccessKey: 'local-secret-of-the-expense-app',
}
export const OTHER_KEY = {
  accessKeyId: 'AKIALOCALOTHERAPP001',
  secretAccessKey: 'local-secret-of-another-app',
}

/** May call sso-admin, as far as it is served, and update the trust policies of permission sets' roles. */
export const ADMIN_KEY = {
  accessKeyId: 'AKIALOCALADMIN000001',
  secretAccessKey: 'local-secret-of-the-administrator',
}
export const EXAMPLE_INSTANCE = 'arn:aws:sso:::instance/ssoins-1234567890abcdef'

export interface RunningCenter {
  readonly center: Center
  readonly server: CenterServer
  readonly options: CenterOptions
}

export async function runCenter(
  more: Partial<CenterOptions> = {},
  configuration: unknown = exampleConfig(),
): Promise<RunningCenter> {
  const options: CenterOptions = {
    config: assertAccepted(validateCenterConfig(configuration)),
    tokenKeys: await generateTokenKeys(),
    keys: staticIssuerKeys({ [EXAMPLE_ISSUER]: jwksOf(issuerKey.publicKey) }),
    ...more,
  }
  const center = createCenter(options)
  return { center, server: await startCenter(center), options }
}

/** A JWT of the example's issuer, valid by the machine's clock, which the SDKs sign by. */
export function exampleToken(claims: Record<string, unknown> = {}): string {
  const now = Math.floor(Date.now() / 1000)
  return makeToken({
    iss: EXAMPLE_ISSUER,
    aud: EXAMPLE_AUDIENCE,
    iat: now,
    exp: now + 300,
    jti: `j${NOW}-${count()}`,
    ...claims,
  })
}

const count = ((): (() => number) => {
  let next = 0
  return () => next++
})()

type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string }

export function clients(url: string, credentials: Credentials = APP_KEY, region = 'us-east-1') {
  const common = { endpoint: url, region, credentials, maxAttempts: 1 }
  return {
    admin: new SSOAdminClient(common),
    oidc: new SSOOIDCClient(common),
    sts: new STSClient(common),
  }
}
