import { FederationError } from '../../core/outcome.js'

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The two real clients of AWS, for one endpoint; the commands come with them. */
export async function awsClients() {
  const [oidc, sts] = await Promise.all([
    load('@aws-sdk/client-sso-oidc', () => import('@aws-sdk/client-sso-oidc')),
    load('@aws-sdk/client-sts', () => import('@aws-sdk/client-sts')),
  ])
  const settings = (endpoint: string, credentials: AccessKey, clockOffsetSeconds: number) => ({
    endpoint,
    credentials,
    region: 'us-east-1',
    maxAttempts: 1,
    systemClockOffset: clockOffsetSeconds * 1000,
  })
  return {
    ...oidc,
    ...sts,
    oidc: (endpoint: string, credentials: AccessKey, clockOffsetSeconds = 0) =>
      new oidc.SSOOIDCClient(settings(endpoint, credentials, clockOffsetSeconds)),
    sts: (endpoint: string, credentials: AccessKey, clockOffsetSeconds = 0) =>
      new sts.STSClient(settings(endpoint, credentials, clockOffsetSeconds)),
  }
}

async function load<T>(name: string, importing: () => Promise<T>): Promise<T> {
  const warn = process.emitWarning
  try {
    // The SDK warns that it will want a newer Node one day; that is no part of a demo.
    process.emitWarning = () => undefined
    return await importing()
  } catch {
    throw new FederationError('ERR_MISSING_PEER', `The demo needs the package ${name}: npm install ${name}`)
  } finally {
    process.emitWarning = warn
  }
}
