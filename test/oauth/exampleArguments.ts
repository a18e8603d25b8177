import { publicScopes } from '../../src/oauth/index.js'

const NOW = 1_800_000_000
const END = NOW + 3_600
const random = (count: number): Uint8Array => new Uint8Array(count).fill(7)
const endpoint = 'https://oidc.us-east-1.amazonaws.com'
const redirectUri = 'http://127.0.0.1:49152/oauth/callback'
const digest = 'd'.repeat(43)
const userId = '9067642ac7-11111111-2222-3333-4444-555555555555'

const client = {
  clientId: 'aoci-1',
  clientName: 'a tool',
  scopes: ['sso:account:access'],
  redirectURIs: ['http://127.0.0.1/oauth/callback'],
  grantTypes: ['authorization_code', 'refresh_token'],
  applicationARN: 'arn:aws:sso::111122223333:application/ssoins-1/apl-1',
}
const authorizationRequest = {
  clientId: 'aoci-1',
  clientName: 'a tool',
  redirectURI: redirectUri,
  scopes: ['sso:account:access'],
  codeChallenge: digest,
  state: 's'.repeat(43),
}
const code = {
  clientId: 'aoci-1',
  redirectURI: redirectUri,
  scopes: ['sso:account:access'],
  codeChallenge: digest,
  userId,
  signInSessionID: 'session',
  issuedAt: NOW,
  expiresAt: NOW + 60,
  status: 'issued',
}
const device = {
  clientId: 'aoci-1',
  clientName: 'a tool',
  scopes: ['sso:account:access'],
  issuedAt: NOW,
  expiresAt: NOW + 600,
  status: 'pending',
  intervalSeconds: 1,
}
const approved = { ...device, status: 'approved', polledAt: NOW, userId, signInSessionID: 'session' }
const signIn = { sessionID: 'session', userId, startedAt: NOW, expiresAt: END, limitedBy: 'duration', extendedUntil: END } // prettier-ignore
const user = { userId, userName: 'ada', emails: [], externalIds: [], status: 'ENABLED', groupIds: ['g-1'] }
const session = { sessionID: 'grant', applicationArn: 'aoci-1', userId, signInSessionID: 'session', startedAt: NOW, expiresAt: END, extended: false } // prettier-ignore
const grant = { grantID: 'grant', clientId: 'aoci-1', scopes: ['sso:account:access'], session, refreshDigest: digest } // prettier-ignore
const token = { grantID: 'grant', clientId: 'aoci-1', userId, signInSessionID: 'session', scopes: ['sso:account:access'], issuedAt: NOW, expiresAt: END } // prettier-ignore
const finding = {
  rule: 'oauth/code',
  reason: 'unknown',
  severity: 'error',
  message: 'There is no such code.',
}
const answer = (body: object) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const registration = {
  clientId: 'id',
  clientSecret: 'secret',
  clientIdIssuedAt: NOW,
  clientSecretExpiresAt: END,
}
const decision = { now: NOW + 5, userId, signInSessionID: 'session' }

/** Of every exported function of `countersign/oauth`, arguments that it takes: as many cases as it takes to meet every member. */
export const exampleArguments: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  accessTokenOf: [[grant, { now: NOW, until: END }], [{ ...grant, revoked: { at: NOW, because: 'x' } }, { now: NOW }]], // prettier-ignore
  authorizationCodeURL: [[authorizationRequest, 'the-code', endpoint]],
  authorizationError: [[[{ ...finding, rule: 'oauth/authorize-scopes' }]]],
  authorizationErrorURL: [[authorizationRequest, [finding], endpoint]],
  buildAuthorizeURL: [[{ endpoint, clientId: 'id', redirectUri, state: 's'.repeat(43), codeChallenge: digest, scopes: ['a'], scopesDelimiter: ',' }]], // prettier-ignore
  buildDeviceAuthorization: [
    [{ endpoint, clientId: 'id', clientSecret: 'secret', startUrl: `${endpoint}/start` }],
  ],
  buildRegistration: [[{ endpoint, clientName: 'a tool', scopes: ['a'], redirectUris: [redirectUri], grantTypes: ['refresh_token'], issuerUrl: endpoint }]], // prettier-ignore
  buildTokenRequest: [[{ endpoint, clientId: 'id', clientSecret: 'secret', grantType: 'authorization_code', code: 'c', redirectUri, codeVerifier: 'v'.repeat(43) }]], // prettier-ignore
  buildSSOProfile: [[{ name: 'dev', accountId: '111111111111', roleName: 'R', region: 'us-east-1', session: { name: 'org', startURL: 'https://my-org.awsapps.com/start', region: 'us-east-1', registrationScopes: ['sso:account:access'] } }, { withSession: false }]], // prettier-ignore
  challengeOf: [['v'.repeat(43)]],
  checkAccessToken: [[{ token, grant, signIn: { ...signIn, ended: { at: NOW, by: 'sign-out' } }, user, scope: 'sso:account:access', now: NOW }]], // prettier-ignore
  consentView: [[{ clientName: 'a tool', scopes: ['sso:account:access', 'x'] }, publicScopes.slice(0, 1), 'BCDF-GHJK']], // prettier-ignore
  countAttempt: [[{ since: NOW, count: 1 }, { max: 5, windowSeconds: 600 }, NOW + 1]],
  decideDevice: [['approve', device, decision]],
  digestOf: [['client-secret', 'secret']],
  endedSignIn: [['aborted']],
  findDevice: [[device, NOW]],
  firstPoll: [[{ expiresAt: END, intervalSeconds: 5 }, NOW]],
  grantAnswer: [[[finding]]],
  isAccessScope: [['notes:read']],
  isScopeToken: [['notes:read']],
  issueCode: [[authorizationRequest, decision]],
  inspectSSOProfile: [['[default]\n', 'default']],
  issuerKindOf: [['https://view.awsapps.com/start']],
  issueDeviceAuthorization: [[client, NOW]],
  matchesRedirectURI: [['http://127.0.0.1/oauth/callback', redirectUri]],
  nextPoll: [[{ intervalSeconds: 5, expiresAt: END, nextAt: NOW }, { ok: false, findings: [{ ...finding, rule: 'sign-in/exception', reason: 'slow-down' }] }, NOW]], // prettier-ignore
  oidcEndpoint: [['us-east-1']],
  pkcePair: [[random(32)]],
  pollDevice: [['aoci-1', approved, { now: NOW + 5, grantID: 'grant' }], ['aoci-1', { ...approved, status: 'redeemed', grantID: 'grant' }, { now: NOW + 5, grantID: 'other' }]], // prettier-ignore
  readCallback: [[`${redirectUri}?code=c&state=${'s'.repeat(43)}&iss=${encodeURIComponent(endpoint)}`, { redirectUri, state: 's'.repeat(43), issuer: endpoint }]], // prettier-ignore
  readDeviceAuthorization: [[answer({ deviceCode: 'c', userCode: 'BCDF-GHJK', verificationUri: endpoint, expiresIn: 600 }), NOW]], // prettier-ignore
  readRegistration: [[answer(registration), NOW]],
  readSSOProfile: [['[default]\nsso_start_url = https://my-org.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 111111111111\nsso_role_name = R\n', 'default']], // prettier-ignore
  readTokenRequest: [
    [{ clientId: 'id', clientSecret: 'secret', grantType: 'refresh_token', refreshToken: 'r' }],
  ],
  readTokenResponse: [[answer({ accessToken: 'a', tokenType: 'Bearer', expiresIn: 3_600 }), NOW]],
  readUserCode: [['bcdf ghjk']],
  redeemCode: [[{ clientId: 'aoci-1', redirectUri, codeVerifier: 'v'.repeat(43) }, code, { now: NOW, challenge: digest, grantID: 'grant' }], [{ clientId: 'aoci-1', redirectUri }, { ...code, status: 'redeemed', grantID: 'grant' }, { now: NOW, challenge: digest, grantID: 'other' }]], // prettier-ignore
  refreshDue: [[{ expiresAt: END }, NOW]],
  refreshGrant: [[{ clientId: 'aoci-1', refreshDigest: digest }, grant, { signIn, user, now: NOW, nextRefreshDigest: 'n'.repeat(43) }]], // prettier-ignore
  registerClient: [
    [
      { clientName: 'a tool', clientType: 'public', scopes: ['sso:account:access'], redirectUris: ['http://127.0.0.1/oauth/callback'], grantTypes: ['authorization_code'], issuerUrl: endpoint, entitledApplicationArn: 'aoci-1' }, // prettier-ignore
      { now: NOW, clientID: 'new', secretDigest: digest, scopes: publicScopes.slice(0, 2), instanceURLs: [endpoint], issuer: 'identity-center', applications: [client] }, // prettier-ignore
    ],
  ],
  returnAttempt: [[{ since: NOW, count: 1 }]],
  revokeGrant: [[grant, 'code-reuse', NOW]],
  sameDigest: [[digest, digest]],
  secretFrom: [['aoac', random(32)]],
  servesScope: [['builder-id', 'codecatalyst:read_write']],
  startGrant: [[{ grantID: 'grant', clientId: 'aoci-1', scopes: ['a'], refreshDigest: digest }, { signIn, user }, NOW]], // prettier-ignore
  stateFrom: [[random(32)]],
  unreachableServer: [['network', 'ECONNREFUSED']],
  userCodeFrom: [[random(16)]],
  validateAuthorizationRequest: [
    [
      [['response_type', 'code'], ['client_id', 'aoci-1'], ['redirect_uri', redirectUri], ['scopes', 'sso:account:access'], ['state', 's'.repeat(43)], ['code_challenge', digest], ['code_challenge_method', 'S256']], // prettier-ignore
      client,
    ],
  ],
  wireAnswer: [['InvalidGrantException']],
}
