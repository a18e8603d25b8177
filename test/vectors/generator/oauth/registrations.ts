import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { also, APPLICATION, CALLBACK, client, COMPLETIONS, DEVICE_CODE, digest, ISSUER, NOW, PORTAL, PORTAL_SCOPE, REGIONAL_PORTAL } from './world.js' // prettier-ignore

/** RegisterClient: what a public client may ask for. */
export function registrationVectors(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('registration', 'registration', [], 'oauth')
  const known = [PORTAL_SCOPE, COMPLETIONS, 'codecatalyst:read_write', ...Array.from({ length: 26 }, (_, at) => `notes:${at}`)] // prettier-ignore
  const context = {
    clientID: 'aoci-new',
    secretDigest: digest('secret'),
    scopes: known.map((scope) => ({ scope, description: scope })),
    instanceURLs: [ISSUER, PORTAL, REGIONAL_PORTAL],
    applications: [client({ clientId: APPLICATION, scopes: [PORTAL_SCOPE], redirectURIs: [CALLBACK], grantTypes: ['authorization_code'] })], // prettier-ignore
  }
  const of = (request: Json, more: Members = {}): Json => ({ request, context: { ...context, ...more } })
  const body = { clientName: 'a tool', clientType: 'public' }
  const asked = (more: Members, others: Members = {}): Json => of({ ...body, ...more }, others)

  accepted('registration', 'least', 'a name and a type: the scope of the portal, without refreshing', asked({}), { value: { clientId: 'aoci-new', scopes: [PORTAL_SCOPE], withoutScopes: true, secretExpiresAt: NOW + 7_776_000, grantTypes: ['authorization_code', DEVICE_CODE, 'refresh_token'] } }) // prettier-ignore
  accepted('registration', 'cli', 'what the AWS CLI sends', asked({ scopes: [PORTAL_SCOPE], redirectUris: [CALLBACK], grantTypes: ['authorization_code', 'refresh_token'], issuerUrl: PORTAL }), { value: { withoutScopes: false, grantTypes: ['authorization_code', 'refresh_token'] } }) // prettier-ignore
  const bodies: readonly [string, string, string, Json][] = [
    ['array', 'not-object', 'an array', []],
    ['no-name', 'missing', 'no name', { clientType: 'public' }],
    ['unknown', 'unknown-member', 'a member that is not known', { ...body, clientSecret: 'mine' }],
    ['name-number', 'not-string', 'a number for a name', { ...body, clientName: 7 }],
    ['name-empty', 'empty', 'an empty name', { ...body, clientName: '' }],
    ['name-huge', 'too-long', 'a name of 2,049 characters', { ...body, clientName: 'x'.repeat(2_049) }],
    ['scopes-text', 'not-strings', 'a text for a list of scopes', { ...body, scopes: PORTAL_SCOPE }],
    ['scopes-null', 'not-strings', 'null among the scopes', { ...body, scopes: [null] }],
  ]
  for (const [name, reason, title, request] of bodies)
    refused('registration', name, reason, title, of(request), { attacks: ['O17'], ...(name === 'name-huge' ? also('oauth/client-name too-long') : {}) }) // prettier-ignore

  accepted('client-type', 'public', 'a public client', asked({}))
  refused('client-type', 'confidential', 'mismatch', 'a confidential client', asked({ clientType: 'confidential' })) // prettier-ignore
  refused('client-type', 'upper-case', 'mismatch', 'PUBLIC', asked({ clientType: 'PUBLIC' }))

  accepted('client-name', '100', 'a name of 100 characters', asked({ clientName: 'n'.repeat(100) }))
  accepted('client-name', 'letters', 'letters beyond ASCII', asked({ clientName: 'M\u00fcllers Werkzeug' }))
  refused('client-name', '101', 'too-long', 'a name of 101', asked({ clientName: 'n'.repeat(101) }))
  for (const [name, title, clientName] of [
    ['control', 'a control character', 'a\u001b[2J'],
    ['right-to-left', 'a mark that turns the text around', 'a\u202etool'],
    ['invisible', 'a character that nobody sees', 'a\u200btool'],
    ['blank', 'nothing but spaces', '   '],
  ] as const)
    refused('client-name', name, 'unreadable', title, asked({ clientName }))

  accepted('registered-scopes', '25', '25 scopes', asked({ scopes: known.slice(3, 28) }))
  refused('registered-scopes', '26', 'too-many', '26 scopes', asked({ scopes: known.slice(3, 29) }))
  refused('registered-scopes', 'unknown', 'unknown', 'a scope that the service does not know', asked({ scopes: ['s3:everything'] })) // prettier-ignore
  refused('registered-scopes', 'twice', 'duplicate', 'one scope twice', asked({ scopes: [PORTAL_SCOPE, PORTAL_SCOPE] })) // prettier-ignore
  refused('registered-scopes', 'space', 'not-a-scope', 'the scope that the guide prints with a space (C26)', asked({ scopes: ['codewhisperer:task assist'] })) // prettier-ignore
  refused('registered-scopes', 'joined', 'not-a-scope', 'two scopes in one text', asked({ scopes: [`${PORTAL_SCOPE} ${COMPLETIONS}`] })) // prettier-ignore

  const builderID = { issuer: 'builder-id' }
  accepted('scope-issuer', 'both', 'a scope of Amazon Q at AWS Builder ID', asked({ scopes: [COMPLETIONS, 'codecatalyst:read_write'] }, builderID)) // prettier-ignore
  accepted(
    'scope-issuer',
    'identity-center',
    'accounts, at Identity Center',
    asked({ scopes: [PORTAL_SCOPE] }),
  )
  refused('scope-issuer', 'accounts', 'other-issuer', 'accounts, at AWS Builder ID', asked({ scopes: [PORTAL_SCOPE] }, builderID)) // prettier-ignore

  const uris = (...redirectUris: readonly string[]): Json => asked({ redirectUris })
  accepted('registered-redirect-uris', 'kinds', 'loopback, https, and a scheme of its own', uris(CALLBACK, 'http://[::1]/cb', 'http://localhost:8080/cb', 'https://app.example.com/cb?x=1', 'com.example.tool:/cb')) // prettier-ignore
  const faulty: readonly [string, string, string, string][] = [
    ['http', 'not-loopback', 'http elsewhere', 'http://app.example.com/cb'],
    [
      'loopback-name',
      'not-loopback',
      'a name that begins as loopback does',
      'http://127.0.0.1.evil.example/cb',
    ],
    ['fragment', 'fragment', 'a fragment', 'https://app.example.com/cb#x'],
    ['wildcard', 'wildcard', 'a wildcard', 'https://*.example.com/cb'],
    ['user', 'user', 'a user in front of the host', 'https://app.example.com@evil.example/cb'],
    ['javascript', 'scheme', 'a scheme that runs scripts', 'javascript:alert(1)'],
    ['relative', 'malformed', 'no scheme', '/cb'],
    ['dots', 'not-normal', 'dot segments', 'https://app.example.com/a/../cb'],
    ['port', 'not-normal', 'the default port', 'https://app.example.com:443/cb'],
    ['space', 'malformed', 'a space', 'https://app.example.com/a b'],
    ['2049', 'too-long', '2,049 characters', `https://app.example.com/${'x'.repeat(2_025)}`],
  ]
  for (const [name, reason, title, uri] of faulty) refused('registered-redirect-uris', name, reason, title, uris(uri), { attacks: ['O07'] }) // prettier-ignore
  refused('registered-redirect-uris', '11', 'too-many', '11 redirect URIs', uris(...Array.from({ length: 11 }, (_, at) => `https://app.example.com/${at}`))) // prettier-ignore

  const types = (...grantTypes: readonly string[]): Json => asked({ grantTypes })
  accepted('registered-grant-types', 'all', 'all three', types('authorization_code', DEVICE_CODE, 'refresh_token')) // prettier-ignore
  refused('registered-grant-types', 'none', 'empty', 'none', types())
  refused('registered-grant-types', 'hyphen', 'unknown', 'device-code with a hyphen, as one example prints it', types('urn:ietf:params:oauth:grant-type:device-code')) // prettier-ignore
  refused('registered-grant-types', 'jwt-bearer', 'unknown', 'a grant of CreateTokenWithIAM', types('urn:ietf:params:oauth:grant-type:jwt-bearer')) // prettier-ignore
  refused('registered-grant-types', 'implicit', 'unknown', 'implicit', types('implicit'))
  refused(
    'registered-grant-types',
    'twice',
    'duplicate',
    'one twice',
    types('refresh_token', 'refresh_token'),
  )

  for (const [name, title, issuerUrl] of [
    ['issuer', 'the issuer URL', ISSUER],
    ['portal', 'the access portal', PORTAL],
    ['address-bar', 'the access portal as the address bar shows it', `${PORTAL}#/`],
    ['regional', 'the access portal of the Region', REGIONAL_PORTAL],
  ] as const)
    accepted('registered-issuer', name, title, asked({ issuerUrl }))
  refused('registered-issuer', 'other', 'other-instance', 'another instance', asked({ issuerUrl: 'https://d-0987654321.awsapps.com/start' })) // prettier-ignore
  refused('registered-issuer', 'region', 'other-region', 'the instance in another Region', asked({ issuerUrl: REGIONAL_PORTAL.replace('us-east-1', 'eu-west-1') })) // prettier-ignore
  refused('registered-issuer', 'device-host', 'device-host', 'the host from before PKCE', asked({ issuerUrl: 'https://device.sso.us-east-1.amazonaws.com/' })) // prettier-ignore

  const entitled = (more: Members): Json => asked({ entitledApplicationArn: APPLICATION, ...more })
  accepted('entitled-application', 'no-more', 'what the application has', entitled({ scopes: [PORTAL_SCOPE], redirectUris: [CALLBACK], grantTypes: ['authorization_code'] }), { value: { applicationARN: APPLICATION } }) // prettier-ignore
  accepted('entitled-application', 'nothing', 'nothing: what the application has', entitled({}), { value: { grantTypes: ['authorization_code'] } }) // prettier-ignore
  refused('entitled-application', 'unknown', 'unknown', 'an application that is not there', asked({ entitledApplicationArn: APPLICATION.replace(/.$/, '0') })) // prettier-ignore
  refused('entitled-application', 'scope', 'not-granted', 'a scope more', entitled({ scopes: [COMPLETIONS] }))
  refused('entitled-application', 'grant', 'not-granted', 'a grant more', entitled({ grantTypes: ['refresh_token'] })) // prettier-ignore
  refused('entitled-application', 'redirect', 'not-granted', 'another redirect URI', entitled({ redirectUris: ['https://app.example.com/other'] })) // prettier-ignore
  return vectors
}
