import type { Center, CenterOptions } from '../../src/center/index.js'
import { assertAccepted, type StateStore } from '../../src/core/index.js'
import {
  beginSignIn,
  createToken,
  decideUserCode,
  registerClient,
  startDeviceAuthorization,
  systemRandomBytes,
  type GrantPorts,
  type GrantService,
} from '../../src/flows/index.js'
import { publicScopes } from '../../src/oauth/index.js'
import { issuerOf } from '../../src/tti/index.js'
import { START_URL } from './awsHome.js'

/** What `aws sso login` would have written, without its going through a browser: a device sign-in of a person. */
export async function portalGrant(
  userName: string,
  { center, options, state }: { center: Center; options: CenterOptions; state: StateStore },
): Promise<Record<string, string>> {
  const { config } = options
  const service: GrantService = {
    deployment: config.deployment,
    issuerURL: issuerOf(config.deployment),
    instanceURLs: [START_URL],
    verificationURI: 'http://127.0.0.1/device',
    scopes: publicScopes,
    sessions: config.portal.sessionSettings,
  }
  const ports: GrantPorts = {
    now: center.now,
    randomBytes: systemRandomBytes,
    state,
    user: (userId) => Promise.resolve(config.users.find((user) => user.userId === userId)),
  }
  const user = config.users.find((candidate) => candidate.userName === userName)!
  const signedIn = assertAccepted(await beginSignIn(user, service, ports))
  const scopes = ['sso:account:access']
  const registration = { clientName: 'test', clientType: 'public', scopes }
  const client = assertAccepted(await registerClient(registration, service, ports))
  const { clientId, clientSecret } = client
  const request = { clientId, clientSecret, startUrl: START_URL }
  const device = assertAccepted(await startDeviceAuthorization(request, service, ports))
  assertAccepted(await decideUserCode(device.userCode, 'approve', signedIn, service, ports))
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
  const created = assertAccepted(
    await createToken({ clientId, clientSecret, grantType, deviceCode: device.deviceCode }, service, ports),
  )
  const { accessToken, expiresIn, refreshToken = '' } = created.response
  const at = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('.000', '')
  return {
    startUrl: START_URL,
    region: 'us-east-1',
    accessToken,
    expiresAt: at(center.now() + expiresIn),
    refreshToken,
    clientId,
    clientSecret,
    registrationExpiresAt: at(client.clientSecretExpiresAt),
  }
}
