import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { also, approval, CLIENT, device, ISSUER, NOW, OTHER_CLIENT, PORTAL, REGIONAL_PORTAL, step } from './world.js' // prettier-ignore

/** The device grant: its beginning, the person's code, the polls. */
export function deviceVectors(): readonly Vector[] {
  return [...beginning(), ...userCodes(), ...polls(), ...attempts()]
}

function beginning(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('deviceRequest', 'device', [], 'oauth')
  const body = { clientId: CLIENT, clientSecret: 'secret', startUrl: PORTAL }
  const of = (request: Json): Json => ({
    request,
    context: { instanceURLs: [ISSUER, PORTAL, REGIONAL_PORTAL] },
  })
  const missing = also('oauth/start-url other-instance')
  accepted('device-request', 'whole', 'what StartDeviceAuthorization takes', of(body))
  refused('device-request', 'text', 'not-object', 'a text', of('x'), missing)
  refused('device-request', 'no-secret', 'missing', 'no secret', of({ clientId: CLIENT, startUrl: PORTAL }))
  refused('device-request', 'scope', 'unknown-member', 'a scope', of({ ...body, scope: 'x' }))
  refused('device-request', 'secret-list', 'not-string', 'a list of secrets', of({ ...body, clientSecret: ['secret'] }), { attacks: ['O17'] }) // prettier-ignore
  for (const [name, title, startUrl] of [
    ['portal', 'the access portal', PORTAL],
    ['slash', 'the access portal with a slash', `${PORTAL}/`],
    ['issuer', 'the issuer URL', ISSUER],
  ] as const)
    accepted('start-url', name, title, of({ ...body, startUrl }))
  refused('start-url', 'other', 'other-instance', 'another instance', of({ ...body, startUrl: 'https://d-0987654321.awsapps.com/start' })) // prettier-ignore
  refused('start-url', 'builder-id', 'other-instance', 'AWS Builder ID', of({ ...body, startUrl: 'https://view.awsapps.com/start' })) // prettier-ignore
  refused('start-url', 'region', 'other-region', 'the instance in another Region', of({ ...body, startUrl: REGIONAL_PORTAL.replace('us-east-1', 'ap-northeast-1') })) // prettier-ignore
  refused('start-url', 'device-host', 'device-host', 'the host from before PKCE', of({ ...body, startUrl: 'https://device.sso.eu-west-1.amazonaws.com' })) // prettier-ignore
  return vectors
}

const decided = { now: NOW, userId: approval['userId'], signInSessionID: 'session-1' }

function userCodes(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('userCode', 'device', [], 'oauth')
  const of = (state: Members | undefined, decision?: string): Json => ({ state, decision, context: decided })
  accepted('user-code', 'shown', 'a code that a device shows', of(device()), step({ status: 'pending' }))
  accepted('user-code', 'approve', 'the person approves', of(device(), 'approve'), step(approval))
  accepted('user-code', 'deny', 'the person refuses', of(device(), 'deny'), step({ status: 'denied' }))
  accepted('user-code', 'last-second', 'a code in its last second', of(device({ expiresAt: NOW + 1 }), 'approve'), step(approval)) // prettier-ignore
  refused('user-code', 'unknown', 'unknown', 'a code that is none', of(undefined, 'approve'), {
    attacks: ['O11'],
  })
  refused('user-code', 'expired', 'expired', 'a code in the second of its end', of(device({ expiresAt: NOW }), 'approve'), step({ status: 'pending' })) // prettier-ignore
  for (const status of ['approved', 'denied', 'redeemed'])
    refused('user-code', `again-${status}`, 'answered', `a code that is ${status} already`, of(device({ ...approval, status }), 'approve'), step({ status })) // prettier-ignore
  return vectors
}

function polls(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('devicePoll', 'device', [], 'oauth')
  const of = (state: Members | undefined, clientId = CLIENT): Json => ({
    request: { clientId },
    state,
    context: { grantID: 'grant-2' },
  })
  const waiting = (more: Members = {}): Members => device(more)
  const approved = (more: Members = {}): Members => device({ ...approval, ...more })
  const pending = also('oauth/authorization-pending pending')

  accepted('device-code', 'approved', 'the code of an approval', of(approved()), step({ status: 'redeemed', grantID: 'grant-2', polledAt: NOW })) // prettier-ignore
  refused('device-code', 'unknown', 'unknown', 'a code that is none', of(undefined))
  refused('device-code', 'other-client', 'other-client', 'the code of another client', of(approved(), OTHER_CLIENT), { ...step({ status: 'approved' }), attacks: ['O14'] }) // prettier-ignore
  refused('device-code', 'again', 'reused', 'a code that gave something: that is revoked', of(approved({ status: 'redeemed', grantID: 'grant-1' })), { ...step({ status: 'redeemed', grantID: 'grant-1' }, { revoke: 'grant-1' }), attacks: ['O14'] }) // prettier-ignore

  accepted('device-code-expiry', 'last-second', 'a code in its last second', of(approved({ expiresAt: NOW + 1 })), step({ status: 'redeemed' })) // prettier-ignore
  refused('device-code-expiry', 'end', 'expired', 'a code in the second of its end', of(approved({ expiresAt: NOW })), step({ status: 'approved' })) // prettier-ignore
  refused('device-code-expiry', 'pending', 'expired', 'one that nobody answered', of(waiting({ expiresAt: NOW - 1 })), { ...step({ status: 'pending' }), ...pending }) // prettier-ignore

  accepted('slow-down', 'in-time', 'a poll when the interval is over', of(approved({ polledAt: NOW - 1 })), step({ status: 'redeemed' })) // prettier-ignore
  accepted('slow-down', 'first', 'the first poll', of(approved()), step({ status: 'redeemed' }))
  const slower = (intervalSeconds: number) => step({ intervalSeconds, polledAt: NOW })
  refused('slow-down', 'same-second', 'too-soon', 'a second poll in one second: five seconds more', of(waiting({ polledAt: NOW })), { ...slower(6), ...pending, attacks: ['O13'] }) // prettier-ignore
  refused('slow-down', 'sticks', 'too-soon', 'a poll after five seconds of eleven: five more again', of(waiting({ polledAt: NOW - 5, intervalSeconds: 11 })), { ...slower(16), ...pending, attacks: ['O13'] }) // prettier-ignore
  refused('slow-down', 'approved', 'too-soon', 'too soon for a code that is approved: nothing is given yet', of(approved({ polledAt: NOW })), slower(6)) // prettier-ignore

  accepted('device-denied', 'approved', 'the person approved', of(approved()), step({ status: 'redeemed' }))
  refused('device-denied', 'denied', 'denied', 'the person refused', of(approved({ status: 'denied' })), step({ status: 'denied' })) // prettier-ignore

  accepted('authorization-pending', 'approved', 'the person has answered', of(approved()), step({ status: 'redeemed' })) // prettier-ignore
  refused('authorization-pending', 'pending', 'pending', 'the person has not answered', of(waiting()), { ...step({ status: 'pending', polledAt: NOW, intervalSeconds: 1 }), attacks: ['O13'] }) // prettier-ignore
  return vectors
}

function attempts(): readonly Vector[] {
  const { accepted, refused, vectors } = cases('attempt', 'throttle', ['O11'], 'oauth')
  const of = (state: Members | undefined): Json => ({ state, context: { max: 5, windowSeconds: 600 } })
  accepted('attempts', 'first', 'the first attempt', of(undefined), step({ since: NOW, count: 1 }))
  accepted('attempts', 'fifth', 'the fifth of five', of({ since: NOW - 10, count: 4 }), step({ since: NOW - 10, count: 5 })) // prettier-ignore
  accepted('attempts', 'next-window', 'a sixth, once ten minutes have passed', of({ since: NOW - 600, count: 5 }), step({ since: NOW, count: 1 })) // prettier-ignore
  refused('attempts', 'sixth', 'too-many', 'the sixth of five', of({ since: NOW - 10, count: 5 }), step({ since: NOW - 10, count: 5 })) // prettier-ignore
  refused('attempts', 'last-second', 'too-many', 'a sixth in the last second of ten minutes', of({ since: NOW - 599, count: 5 })) // prettier-ignore
  return vectors
}
