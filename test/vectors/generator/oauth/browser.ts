import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { ASKED_CALLBACK, CALLBACK, challenge, client, CLIENT, COMPLETIONS, DEVICE_CODE, ISSUER, PORTAL_SCOPE, also } from './world.js' // prettier-ignore

const STATE = 'c29tZSByYW5kb20gc3RhdGUgb2YgMjU2IGJpdHMuLi4u'

/** The query of /authorize, the person's answer, and the callback as the client reads it. */
export function browserVectors(): readonly Vector[] {
  return [...authorizeVectors(), ...consentVectors(), ...callbackVectors()]
}

function authorizeVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('authorize', 'authorize', [], 'oauth')
  const query: Readonly<Record<string, string>> = {
    response_type: 'code',
    client_id: CLIENT,
    redirect_uri: ASKED_CALLBACK,
    state: STATE,
    code_challenge_method: 'S256',
    code_challenge: challenge(),
    scopes: PORTAL_SCOPE,
  }
  /** With other values; null takes one away, a list sends it several times. */
  const asked = (
    more: Readonly<Record<string, string | null | readonly string[]>> = {},
    who: Members | null = client(),
  ): Json => ({
    parameters: Object.entries({ ...query, ...more }).flatMap(([name, value]) =>
      (value === null ? [] : typeof value === 'string' ? [value] : value).map((one) => [name, one]),
    ),
    ...(who === null ? {} : { client: who }),
  })
  const page = { value: { error: 'page' } }
  const error = (name: string) => ({ value: { error: name, redirect: { redirectURI: ASKED_CALLBACK, state: STATE } } }) // prettier-ignore

  accepted('authorize-client', 'known', 'a client that is known', asked(), { value: { request: { clientId: CLIENT, redirectURI: ASKED_CALLBACK, scopes: [PORTAL_SCOPE], state: STATE } } }) // prettier-ignore
  refused('authorize-client', 'unknown', 'unknown', 'a client that nobody knows', asked({}, null), page)
  refused('authorize-client', 'missing', 'missing', 'no client', asked({ client_id: null }), page)
  refused(
    'authorize-client',
    'twice',
    'repeated',
    'two clients',
    asked({ client_id: [CLIENT, CLIENT] }),
    page,
  )

  accepted('authorize-redirect-uri', 'any-port', 'the loopback address on another port', asked({ redirect_uri: 'http://127.0.0.1:1/oauth/callback' })) // prettier-ignore
  accepted('authorize-redirect-uri', 'https', 'an https URI, to the letter', asked({ redirect_uri: 'https://app.example.com/cb' })) // prettier-ignore
  for (const [name, title, redirect_uri] of [
    ['path', 'another path', 'http://127.0.0.1:49152/oauth/other'],
    ['longer', 'a path that goes on', `${ASKED_CALLBACK}/x`],
    ['host', 'another loopback host', 'http://localhost:49152/oauth/callback'],
    ['query', 'a query more', 'https://app.example.com/cb?x=1'],
    ['https-port', 'a port at an https URI', 'https://app.example.com:8443/cb'],
    ['case', 'another case of letters', 'https://app.example.com/CB'],
    ['port-high', 'a port that is none', 'http://127.0.0.1:99999/oauth/callback'],
    ['evil', 'somebody else', 'https://evil.example/cb'],
  ] as const)
    refused('authorize-redirect-uri', name, 'not-registered', title, asked({ redirect_uri }), { ...page, attacks: ['O07'] }) // prettier-ignore
  refused(
    'authorize-redirect-uri',
    'missing',
    'missing',
    'no redirect URI',
    asked({ redirect_uri: null }),
    page,
  )
  refused('authorize-redirect-uri', 'twice', 'repeated', 'two redirect URIs', asked({ redirect_uri: [CALLBACK, 'https://evil.example/'] }), page) // prettier-ignore

  const invalid = error('invalid_request')
  const stateless = { value: { error: 'invalid_request', redirect: { redirectURI: ASKED_CALLBACK } } }
  accepted('authorize-parameters', 'no-state', 'no state', asked({ state: null }))
  accepted('authorize-parameters', 'unknown', 'a parameter that nobody knows', asked({ prompt: 'none' }))
  refused('authorize-parameters', 'state-twice', 'repeated', 'two states', asked({ state: [STATE, 'x'] }), stateless) // prettier-ignore
  refused('authorize-parameters', 'state-control', 'form', 'a state with a line break', asked({ state: 'a\nb' }), stateless) // prettier-ignore
  refused('authorize-parameters', 'state-long', 'too-long', 'a state of 2,049 characters', asked({ state: 'x'.repeat(2_049) }), stateless) // prettier-ignore
  refused('authorize-parameters', 'challenge-twice', 'repeated', 'two challenges', asked({ code_challenge: [challenge(), challenge('x'.repeat(43))] }), { ...invalid, attacks: ['O17'] }) // prettier-ignore

  const unsupported = error('unsupported_response_type')
  accepted('response-type', 'code', 'a code', asked())
  refused('response-type', 'token', 'mismatch', 'a token', asked({ response_type: 'token' }), unsupported)
  refused('response-type', 'both', 'mismatch', 'a code and a token', asked({ response_type: 'code token' }), unsupported) // prettier-ignore
  refused('response-type', 'missing', 'missing', 'nothing', asked({ response_type: null }), unsupported)

  const PKCE = { attacks: ['O01', 'O02'] }
  accepted('code-challenge', 's256', 'a challenge by S256', asked())
  refused('code-challenge', 'plain', 'plain', 'plain', asked({ code_challenge_method: 'plain' }), { ...invalid, ...PKCE }) // prettier-ignore
  refused('code-challenge', 'no-method', 'missing', 'no method, which means plain', asked({ code_challenge_method: null }), { ...invalid, ...PKCE }) // prettier-ignore
  refused('code-challenge', 'method-case', 'mismatch', 's256', asked({ code_challenge_method: 's256' }), { ...invalid, ...PKCE }) // prettier-ignore
  refused('code-challenge', 'no-challenge', 'missing', 'no challenge', asked({ code_challenge: null }), { ...invalid, ...PKCE }) // prettier-ignore
  refused('code-challenge', 'padded', 'form', 'a challenge with padding', asked({ code_challenge: `${challenge()}=` }), { ...invalid, ...PKCE }) // prettier-ignore
  refused('code-challenge', 'short', 'form', 'a challenge of 42 characters', asked({ code_challenge: challenge().slice(1) }), { ...invalid, ...PKCE }) // prettier-ignore

  accepted('authorize-grant', 'granted', 'a client with the grant', asked())
  refused('authorize-grant', 'device-only', 'not-granted', 'a client that registered for devices alone', asked({}, client({ grantTypes: [DEVICE_CODE] })), error('unauthorized_client')) // prettier-ignore

  const scope = error('invalid_scope')
  accepted('authorize-scopes', 'spaces', 'scopes parted by spaces, as the AWS CLI has them', asked({ scopes: `${PORTAL_SCOPE} ${COMPLETIONS}` }), { value: { request: { scopes: [PORTAL_SCOPE, COMPLETIONS] } } }) // prettier-ignore
  accepted('authorize-scopes', 'commas', 'scopes parted by commas, as the language servers have them', asked({ scopes: `${PORTAL_SCOPE},${COMPLETIONS}` }), { value: { request: { scopes: [PORTAL_SCOPE, COMPLETIONS] } } }) // prettier-ignore
  accepted('authorize-scopes', 'singular', "OAuth's own name", asked({ scopes: null, scope: COMPLETIONS }), { value: { request: { scopes: [COMPLETIONS] } } }) // prettier-ignore
  accepted('authorize-scopes', 'absent', 'none: all that are registered', asked({ scopes: null }), { value: { request: { scopes: [PORTAL_SCOPE, COMPLETIONS] } } }) // prettier-ignore
  refused('authorize-scopes', 'more', 'unknown', 'a scope that the client did not register', asked({ scopes: 'codecatalyst:read_write' }), { ...scope, attacks: ['O10'] }) // prettier-ignore
  refused('authorize-scopes', 'two-names', 'ambiguous', 'both names', asked({ scope: COMPLETIONS }), scope)
  refused('authorize-scopes', 'blank', 'empty', 'nothing but separators', asked({ scopes: ' , ' }), scope)
  refused('authorize-scopes', 'twice', 'duplicate', 'one scope twice', asked({ scopes: `${PORTAL_SCOPE} ${PORTAL_SCOPE}` }), scope) // prettier-ignore
  return vectors
}

function consentVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('consent', 'consent', [], 'oauth')
  accepted('consent', 'approve', 'the person allows it', { decision: 'approve' })
  refused('consent', 'deny', 'denied', 'the person refuses', { decision: 'deny' })
  return vectors
}

function callbackVectors(): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('callback', 'callback', [], 'sign-in', 'oauth')
  const expectation = { redirectUri: ASKED_CALLBACK, state: STATE }
  const of = (query: string, more: Members = {}, address = ASKED_CALLBACK): Json => ({
    callback: `${address}?${query}`,
    expectation: { ...expectation, ...more },
  })
  const good = `code=the-code&state=${STATE}`
  const iss = `&iss=${encodeURIComponent(ISSUER)}`
  const value = { value: { code: 'the-code' } }

  accepted('callback-address', 'own', 'the address that was asked for', of(good), value)
  for (const [name, title, address] of [
    ['port', 'another port', 'http://127.0.0.1:49153/oauth/callback'],
    ['host', 'another host', 'http://localhost:49152/oauth/callback'],
    ['path', 'another path', 'http://127.0.0.1:49152/other'],
  ] as const)
    refused('callback-address', name, 'mismatch', title, of(good, {}, address))
  refused('callback-address', 'fragment', 'fragment', 'a fragment', of(`${good}#x`))
  refused('callback-address', 'large', 'too-large', 'more than 16,384 characters', of(`${good}&x=${'y'.repeat(16_384)}`)) // prettier-ignore

  accepted('callback-query', 'encoded', 'a code that is percent-encoded', of(`code=the%2Dcode&state=${STATE}`), value) // prettier-ignore
  refused('callback-query', 'code-twice', 'repeated', 'two codes', of(`code=a&${good}`), { attacks: ['O17'] })
  refused('callback-query', 'state-twice', 'repeated', 'two states', of(`${good}&state=${STATE}`), { attacks: ['O17'] }) // prettier-ignore
  refused('callback-query', 'percent', 'encoding', 'a percent sign alone', of(`${good}&x=%`))
  refused('callback-query', 'many', 'too-many', '65 parameters', of(`${good}${Array.from({ length: 63 }, (_, at) => `&p${at}=1`).join('')}`)) // prettier-ignore

  accepted('state', 'same', 'the state that was sent', of(good), value)
  refused('state', 'other', 'mismatch', 'another', of(`code=the-code&state=${STATE.replace('c', 'd')}`), { attacks: ['O08'] }) // prettier-ignore
  refused('state', 'missing', 'missing', 'none', of('code=the-code'), { attacks: ['O08'] })
  refused(
    'state',
    'case',
    'mismatch',
    'one in another case',
    of(`code=the-code&state=${STATE.toLowerCase()}`),
  )

  const known = { issuer: ISSUER }
  accepted('iss', 'same', 'the issuer that is known', of(good + iss, known), value)
  refused('iss', 'other', 'mismatch', 'another issuer', of(`${good}&iss=https%3A%2F%2Fevil.example`, known), { attacks: ['O08'] }) // prettier-ignore
  refused('iss', 'missing', 'missing', 'no issuer, where one is known', of(good, known), { attacks: ['O08'] })
  accepted('iss-unchecked', 'absent', 'no issuer, and none known', of(good), value)
  warned('iss-unchecked', 'unchecked', 'unchecked', 'an issuer, and none known', of(good + iss), value)

  accepted('callback-outcome', 'code', 'a code', of(good), value)
  refused('callback-outcome', 'neither', 'missing', 'neither code nor error', of(`state=${STATE}`))
  refused('callback-outcome', 'both', 'both', 'a code and an error', of(`${good}&error=access_denied`), also('sign-in/authorized access-denied')) // prettier-ignore
  refused('callback-outcome', 'code-form', 'code-form', 'a code with a line break', of(`code=a%0Ab&state=${STATE}`)) // prettier-ignore
  refused('callback-outcome', 'error-form', 'error-form', 'an error that is none', of(`error=%22&state=${STATE}`), also('sign-in/authorized other')) // prettier-ignore

  accepted('authorized', 'code', 'a code', of(good), value)
  refused(
    'authorized',
    'denied',
    'access-denied',
    'the person refused',
    of(`error=access_denied&state=${STATE}`),
  )
  refused('authorized', 'scope', 'invalid-scope', 'a scope that is not to be had', of(`error=invalid_scope&error_description=no&state=${STATE}`)) // prettier-ignore

  accepted('callback-unknown', 'none', 'nothing that is unknown', of(good), value)
  warned('callback-unknown', 'more', 'unknown', 'a parameter more', of(`${good}&session_state=x`), value)
  return vectors
}
