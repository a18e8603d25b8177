import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { accessToken, also, ASKED_CALLBACK, challenge, CLIENT, code, COMPLETIONS, DEVICE_CODE, digest, grant, NOW, OTHER_CLIENT, PORTAL_SCOPE, registered, signIn, step, user, VERIFIER } from './world.js' // prettier-ignore

/** CreateToken: who asks, what for, codes and refresh tokens; and what an access token opens. */
export function tokenVectors(): readonly Vector[] {
  return [...clients(), ...requests(), ...codes(), ...refreshing(), ...resources()]
}

function clients(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('clientProof', 'client', [], 'oauth')
  const of = (state: Members | undefined, secret = 'secret', grantType = 'refresh_token'): Json => ({
    request: { clientId: CLIENT, secretDigest: digest(secret), grantType },
    state,
  })
  const O16 = { attacks: ['O16'] }
  accepted('client', 'proven', 'the client and its secret', of(registered()))
  refused('client', 'unknown', 'unknown', 'a client that nobody knows', of(undefined), O16)
  refused('client', 'secret', 'secret', 'another secret', of(registered(), 'guess'), O16)
  refused(
    'client',
    'empty',
    'secret',
    'no secret on either side',
    of(registered({ secretDigest: '' }), ''),
    O16,
  )
  accepted('client-expiry', 'last-second', 'the last second of 90 days', of(registered({ secretExpiresAt: NOW + 1 }))) // prettier-ignore
  refused('client-expiry', 'end', 'expired', 'the second in which they are over', of(registered({ secretExpiresAt: NOW })), O16) // prettier-ignore
  accepted('client-grant-type', 'granted', 'a grant that the client registered', of(registered()))
  refused('client-grant-type', 'not-granted', 'not-granted', 'one that it did not', of(registered({ grantTypes: ['authorization_code'] }))) // prettier-ignore
  return vectors
}

const proof = { clientId: CLIENT, clientSecret: 'secret' }

function requests(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('tokenRequest', 'token', ['O17'], 'oauth')
  const of = (request: Json): Json => ({ request })
  const refresh = { ...proof, grantType: 'refresh_token', refreshToken: 'r' }
  const codeRequest = { ...proof, grantType: 'authorization_code', code: 'c', redirectUri: ASKED_CALLBACK, codeVerifier: VERIFIER } // prettier-ignore
  const poll = { ...proof, grantType: DEVICE_CODE, deviceCode: 'd' }

  accepted('token-request', 'refresh', 'a refresh token', of(refresh), { value: { grantType: 'refresh_token', refreshToken: 'r' } }) // prettier-ignore
  accepted('token-request', 'scope', 'a scope, which has no effect', of({ ...poll, scope: ['x'] }))
  refused('token-request', 'form', 'not-object', "OAuth's form encoding", of('grant_type=refresh_token&refresh_token=r'), also('oauth/grant-type unknown')) // prettier-ignore
  refused('token-request', 'snake-case', 'unknown-member', "OAuth's own names", of({ ...refresh, refresh_token: 'r' })) // prettier-ignore
  refused('token-request', 'no-secret', 'missing', 'no secret', of({ ...refresh, clientSecret: undefined }))
  refused(
    'token-request',
    'code-list',
    'not-string',
    'a list of codes',
    of({ ...codeRequest, code: ['a', 'b'] }),
  )
  refused('token-request', 'null', 'not-string', 'null for a token', of({ ...refresh, refreshToken: null }))
  refused('token-request', 'empty', 'empty', 'an empty device code', of({ ...poll, deviceCode: '' }))
  refused('token-request', 'long', 'too-long', 'a code of 2,049 characters', of({ ...codeRequest, code: 'x'.repeat(2_049) })) // prettier-ignore

  accepted('grant-type', 'device', 'the device grant', of(poll), { value: { grantType: DEVICE_CODE, deviceCode: 'd' } }) // prettier-ignore
  for (const [name, title, grantType] of [
    [
      'hyphen',
      'device-code with a hyphen, as one example prints it',
      'urn:ietf:params:oauth:grant-type:device-code',
    ],
    ['password', 'password', 'password'],
    ['client-credentials', 'client credentials', 'client_credentials'],
    ['jwt-bearer', 'a grant of CreateTokenWithIAM', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
    ['prototype', 'a name that every object has', 'constructor'],
  ] as const)
    refused('grant-type', name, 'unknown', title, of({ ...proof, grantType }))

  accepted('grant-parameters', 'code', 'a code with its verifier', of(codeRequest), { value: { code: 'c', redirectUri: ASKED_CALLBACK, codeVerifier: VERIFIER } }) // prettier-ignore
  refused('grant-parameters', 'no-redirect-uri', 'missing', 'a code without redirect URI', of({ ...codeRequest, redirectUri: undefined })) // prettier-ignore
  refused('grant-parameters', 'no-code', 'missing', 'no code', of({ ...codeRequest, code: undefined }))
  refused('grant-parameters', 'no-token', 'missing', 'no refresh token', of({ ...refresh, refreshToken: undefined })) // prettier-ignore
  refused('grant-parameters', 'code-at-refresh', 'other-grant', 'a code beside a refresh token', of({ ...refresh, code: 'c' })) // prettier-ignore
  refused('grant-parameters', 'refresh-at-device', 'other-grant', 'a refresh token beside a device code', of({ ...poll, refreshToken: 'r' })) // prettier-ignore
  return vectors
}

function codes(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('codeRedemption', 'code', [], 'oauth')
  const of = (state: Members | undefined, more: Members = {}): Json => ({
    request: { clientId: CLIENT, redirectUri: ASKED_CALLBACK, codeVerifier: VERIFIER, ...more },
    state,
    context: { grantID: 'grant-2' },
  })
  const redeemed = step({ status: 'redeemed', grantID: 'grant-2' })
  const dead = step({ status: 'dead' })

  accepted('code', 'issued', 'a code that is fresh', of(code()), redeemed)
  refused('code', 'unknown', 'unknown', 'a code that is none', of(undefined), { attacks: ['O18'] })
  refused('code', 'again', 'reused', 'a code that was redeemed: what it gave is revoked', of(code({ status: 'redeemed', grantID: 'grant-1' })), { ...step({ status: 'redeemed', grantID: 'grant-1' }, { revoke: 'grant-1' }), attacks: ['O04'] }) // prettier-ignore
  refused('code', 'dead', 'dead', 'a code that was tried in vain', of(code({ status: 'dead' })), dead)

  accepted('code-expiry', 'last-second', 'the last of 60 seconds', of(code({ expiresAt: NOW + 1 })), redeemed)
  refused('code-expiry', 'end', 'expired', 'the second in which they are over', of(code({ expiresAt: NOW })), { ...step({ status: 'issued' }), attacks: ['O06'] }) // prettier-ignore

  accepted('code-client', 'own', 'the client to which it was given', of(code()), redeemed)
  refused('code-client', 'other', 'other-client', 'another client: the code is used up', of(code(), { clientId: OTHER_CLIENT }), { ...dead, attacks: ['O06'] }) // prettier-ignore

  accepted('code-redirect-uri', 'same', 'the redirect URI to which it was sent', of(code()), redeemed)
  refused('code-redirect-uri', 'port', 'mismatch', 'another port of the same', of(code(), { redirectUri: ASKED_CALLBACK.replace('49152', '49153') }), { ...dead, attacks: ['O06'] }) // prettier-ignore
  refused('code-redirect-uri', 'registered', 'mismatch', 'the one that was registered, without port', of(code(), { redirectUri: 'http://127.0.0.1/oauth/callback' }), dead) // prettier-ignore

  const verifier = (codeVerifier: string, more: Members = {}): Json => of(code(more), { codeVerifier })
  const proven = (text: string): Json => verifier(text, { codeChallenge: challenge(text) })
  const O03 = { ...dead, attacks: ['O03'] }
  accepted('code-verifier', 'own', 'the verifier of the challenge', of(code()), redeemed)
  accepted('code-verifier', '43', 'one of 43 characters', proven('~'.repeat(43)), redeemed)
  accepted('code-verifier', '128', 'one of 128', proven('x'.repeat(128)), redeemed)
  refused('code-verifier', 'missing', 'missing', 'none', of(code(), { codeVerifier: undefined }), { ...dead, attacks: ['O01'] }) // prettier-ignore
  refused('code-verifier', 'other', 'mismatch', 'that of another challenge', verifier('y'.repeat(43)), O03)
  refused('code-verifier', 'plain', 'mismatch', 'the challenge itself, as by plain', verifier(challenge()), { ...dead, attacks: ['O02'] }) // prettier-ignore
  refused('code-verifier', '42', 'length', 'one of 42 characters', proven('x'.repeat(42)), O03)
  refused('code-verifier', '129', 'length', 'one of 129', proven('x'.repeat(129)), O03)
  refused('code-verifier', 'alphabet', 'alphabet', 'one with a plus sign', proven('+'.repeat(43)), O03)
  return vectors
}

function refreshing(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('refresh', 'refresh', [], 'oauth')
  const of = (state: Members | undefined, more: Members = {}, world: Members = {}): Json => ({
    request: { clientId: CLIENT, refreshDigest: digest('refresh-1'), ...more },
    state,
    context: { nextRefreshDigest: digest('refresh-2'), signIn: signIn(), user: user(), ...world },
  })
  const next = step({ refreshDigest: digest('refresh-2'), session: { expiresAt: NOW + 3_600 } })
  const same = step({ refreshDigest: digest('refresh-1') })
  const old = { refreshDigest: digest('refresh-0') }

  accepted('refresh-token', 'first', 'the token that counts: the next takes its place, for another hour', of(grant()), next) // prettier-ignore
  accepted('refresh-token', 'sign-in-ends', 'one whose sign-in ends in ten minutes', of(grant(), {}, { signIn: signIn({ expiresAt: NOW + 600 }) }), step({ session: { expiresAt: NOW + 600 } })) // prettier-ignore
  refused('refresh-token', 'unknown', 'unknown', 'a token that is none', of(undefined))
  refused('refresh-token', 'not-refreshed', 'unknown', 'a grant that is not refreshed', of(grant({ refreshDigest: undefined }))) // prettier-ignore
  refused('refresh-token', 'again', 'reused', 'a token that was used: the grant is revoked', of(grant(), old), { ...step({ grantID: 'grant-1' }, { revoke: 'grant-1' }), attacks: ['O09'] }) // prettier-ignore
  refused('refresh-token', 'revoked', 'revoked', 'a grant that was revoked', of(grant({ revoked: { at: NOW - 60, because: 'refresh-token-reuse' } })), same) // prettier-ignore

  accepted('refresh-client', 'own', 'the client that got it', of(grant()), next)
  refused('refresh-client', 'other', 'other-client', 'another client: nothing changes', of(grant(), { clientId: OTHER_CLIENT }), same) // prettier-ignore
  refused('refresh-client', 'other-used', 'other-client', 'another client with a token that was used: nothing is revoked', of(grant(), { clientId: OTHER_CLIENT, ...old }), { ...same, ...also('oauth/refresh-token reused') }) // prettier-ignore
  return vectors
}

function resources(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('resource', 'resource', [], 'oauth')
  const of = (token: Members | undefined, more: Members = {}): Json => ({
    state: { token, grant: grant(), signIn: signIn(), user: user(), ...more },
    context: { scope: PORTAL_SCOPE },
  })
  const at = (scope: string, more: Members = {}): Json => ({ ...(of(accessToken(), more) as Members), context: { scope } }) // prettier-ignore

  accepted('access-token', 'live', 'a token that lives', of(accessToken()), { value: { clientId: CLIENT, user: { userName: 'ada@example.com' } } }) // prettier-ignore
  accepted(
    'access-token',
    'last-second',
    'the last second of a token',
    of(accessToken({ expiresAt: NOW + 1 })),
  )
  refused('access-token', 'unknown', 'unknown', 'a token that is none', of(undefined))
  refused('access-token', 'expired', 'expired', 'the second in which it is over', of(accessToken({ expiresAt: NOW }))) // prettier-ignore
  refused('access-token', 'revoked', 'revoked', 'a token whose grant was revoked', of(accessToken(), { grant: grant({ revoked: { at: NOW, because: 'code-reuse' } }) })) // prettier-ignore
  refused('access-token', 'no-grant', 'revoked', 'a token whose grant is gone', of(accessToken(), { grant: undefined })) // prettier-ignore

  accepted('access-token-scope', 'has', 'a scope that the token has', at(COMPLETIONS))
  refused('access-token-scope', 'lacks', 'missing', 'one that it has not', at('codecatalyst:read_write'))
  refused('access-token-scope', 'prefix', 'missing', 'the beginning of one', at('codewhisperer'))

  accepted('access-token-person', 'signed-in', 'a person who is signed in', of(accessToken()))
  accepted('access-token-person', 'other-scope', 'signed out, for a scope that does not depend on it', at(COMPLETIONS, { signIn: undefined })) // prettier-ignore
  refused('access-token-person', 'signed-out', 'sign-out', 'signed out, for the access portal', of(accessToken(), { signIn: signIn({ ended: { at: NOW, by: 'sign-out' } }) })) // prettier-ignore
  refused('access-token-person', 'gone', 'missing', 'a sign-in that is gone', of(accessToken(), { signIn: undefined })) // prettier-ignore
  refused('access-token-person', 'ended', 'expired', 'a sign-in that has run out', of(accessToken(), { signIn: signIn({ expiresAt: NOW }) })) // prettier-ignore
  refused('access-token-person', 'disabled', 'disabled', 'a person who was disabled', of(accessToken(), { user: user({ status: 'DISABLED' }) })) // prettier-ignore
  refused('access-token-person', 'deleted', 'deleted', 'a person who was deleted, for any scope', at(COMPLETIONS, { user: undefined })) // prettier-ignore
  return vectors
}
