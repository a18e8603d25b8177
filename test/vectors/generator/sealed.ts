import { createCipheriv } from 'node:crypto'
import { base64url } from './jws.js'
import { secretOf, type Keys } from './keys.js'
import { toolbox } from './toolbox.js'
import { cases, type Json, type Vector } from './vector.js'
import { ada, APPLICATION, INSTANCE, NOW, OTHER_INSTANCE, RECEIVER, type Members } from './world.js'

/** A compact JWE (dir, A256GCM) with a fixed initialization vector, so that it is the same each time. */
function jwe(key: Uint8Array, header: Members, content: string): string {
  const protectedHeader = base64url(JSON.stringify(header))
  const iv = Buffer.alloc(12, 0x21)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(protectedHeader))
  const text = Buffer.concat([cipher.update(content), cipher.final()])
  return [protectedHeader, '', base64url(iv), base64url(text), base64url(cipher.getAuthTag())].join('.')
}

export function sealedVectors(keys: Keys): readonly Vector[] {
  const own = secretOf(keys['oct-sealing'])
  const header = (kind: string, more: Members = {}): Members => ({ alg: 'dir', enc: 'A256GCM', kid: 'own', typ: kind, ...more }) // prettier-ignore
  const flipped = (text: string, at: number): string => `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}` // prettier-ignore
  const published = [{ id: 'own', k: keys['oct-sealing'].k ?? '' }]
  return [...accessTokens(), ...contexts()]

  function accessTokens(): readonly Vector[] {
    const { accepted, refused, vectors } = cases('accessToken', 'tokens')
    const content = (more: Members = {}): string =>
      JSON.stringify({
        userId: ada.UserId,
        identityStoreId: 'd-1234567890',
        audience: [RECEIVER],
        scopes: ['openid'],
        clientId: APPLICATION,
        credentialId: '9d2f0c6e-0000-4000-8000-000000000001',
        issuedAt: NOW - 600,
        expiresAt: NOW + 3000,
        ...more,
      })
    const seal = (more: Members = {}, head: Members = {}, key: Uint8Array = own): string => jwe(key, header('access-token', head), content(more)) // prettier-ignore
    const of = (token: Json, more: Members = {}): Json => ({ token, keys: published, audience: RECEIVER, ...more }) // prettier-ignore
    const good = seal()
    const rotated = [{ id: 'new', k: keys['oct-other-sealing'].k ?? '' }, ...published]

    accepted('access-token', 'own', 'a token that the exchange sealed', of(good), { value: { userId: ada.UserId ?? '', scopes: ['openid'] } }) // prettier-ignore
    accepted('access-token', 'older-key', 'a token of an older key that is still listed', of(good, { keys: rotated })) // prettier-ignore
    const idp = toolbox(keys).token()
    const encrypted = jwe(own, header('access-token'), content())
    const foreign: readonly [string, string, Json][] = [
      ['idp-token', "the identity provider's own token", idp],
      ['other-key', 'a token under another key of the same name', seal({}, {}, secretOf(keys['oct-other-sealing']))],
      ['unknown-key', 'a token under a key of another name', seal({}, { kid: 'new' })],
      ['no-key-name', 'a token without the name of its key', seal({}, { kid: undefined })],
      ['identity-context', 'an identity context', jwe(own, header('identity-context'), content())],
      ['no-kind', 'a sealed text that does not say what it is', seal({}, { typ: undefined })],
      ['tag', 'an altered tag', flipped(encrypted, encrypted.length - 4)],
      ['content', 'altered content', flipped(encrypted, Math.floor(encrypted.length / 2))],
      ['header', 'an altered header', encrypted.replace(/^[^.]+/, base64url(JSON.stringify(header('access-token', { x: 1 }))))],
      ['array', 'a sealed array', jwe(own, header('access-token'), `[${content()}]`)],
      ['not-json', 'a sealed text that is no JSON', jwe(own, header('access-token'), 'x')],
      ['empty', 'an empty text', ''],
      ['null', 'null', null],
      ['longer', 'a sealed text with more after it', `${good}AAAA`],
    ] // prettier-ignore
    for (const [name, title, token] of foreign) refused('access-token', name, 'not-opened', title, of(token))

    accepted('access-token-audience', 'named', 'the application that the token names', of(good))
    accepted('access-token-audience', 'instance', 'any application of the instance that the token names', of(seal({ audience: [INSTANCE] }))) // prettier-ignore
    const audiences: readonly [string, string, string[], string?][] = [
      ['other', 'another application', [RECEIVER], APPLICATION],
      ['case', 'the application in another case', [RECEIVER.toUpperCase()]],
      ['none', 'no audience', []],
      ['other-instance', 'another instance', [OTHER_INSTANCE]],
      ['prefix', 'the beginning of the ARN', [RECEIVER.slice(0, -1)]],
    ]
    for (const [name, title, audience, asked = RECEIVER] of audiences) {
      refused('access-token-audience', name, 'mismatch', title, of(seal({ audience }), { audience: asked }))
    }

    accepted('access-token-expiry', 'last-second', 'the second before the expiry', of(seal({ expiresAt: NOW + 1 }))) // prettier-ignore
    refused('access-token-expiry', 'expired', 'expired', 'the second of the expiry: there is no skew', of(seal({ expiresAt: NOW }))) // prettier-ignore
    refused('access-token-expiry', 'long-ago', 'expired', 'an expiry an hour ago', of(seal({ expiresAt: NOW - 3600 }))) // prettier-ignore
    return vectors
  }

  function contexts(): readonly Vector[] {
    const { accepted, refused, vectors } = cases('context', 'tokens')
    const seal = (more: Members = {}, kind = 'identity', head: Members = {}, key: Uint8Array = own): string =>
      jwe(
        key,
        header(`${kind}-context`, head),
        JSON.stringify({
          kind,
          userId: ada.UserId,
          identityStoreARN: 'arn:aws:identitystore::111122223333:identitystore/d-1234567890',
          applicationARN: APPLICATION,
          instanceARN: INSTANCE,
          credentialId: '9d2f0c6e-0000-4000-8000-000000000001',
          expiresAt: NOW + 3000,
          ...more,
        }),
      )
    const of = (assertion: Json): Json => ({ assertion, keys: published, instanceARN: INSTANCE })
    const good = seal()
    accepted('context-seal', 'identity', 'an identity context', of(good), { value: { kind: 'identity', userId: ada.UserId ?? '' } }) // prettier-ignore
    accepted('context-seal', 'audit', 'an audit context', of(seal({}, 'audit')), { value: { kind: 'audit' } })
    const foreign: readonly [string, string, Json][] = [
      ['access-token', 'an access token', jwe(own, header('access-token'), '{"userId":"x"}')],
      ['other-key', 'a context under another key', seal({}, 'identity', {}, secretOf(keys['oct-other-sealing']))],
      ['unknown-key', 'a context under a key of another name', seal({}, 'identity', { kid: 'other' })],
      ['altered', 'an altered context', flipped(good, good.length - 4)],
      ['cut', 'a context that was cut', good.slice(0, -4)],
      ['empty', 'an empty text', ''],
      ['json', 'the content, unsealed', JSON.stringify({ kind: 'identity', userId: ada.UserId })],
    ] // prettier-ignore
    for (const [name, title, assertion] of foreign) refused('context-seal', name, 'not-opened', title, of(assertion)) // prettier-ignore
    accepted('context-instance', 'own', 'a context of this instance', of(good))
    refused('context-instance', 'other', 'other-instance', 'a context of another instance', of(seal({ instanceARN: OTHER_INSTANCE }))) // prettier-ignore
    refused('context-instance', 'case', 'other-instance', 'the instance in another case', of(seal({ instanceARN: INSTANCE.toUpperCase() }))) // prettier-ignore
    accepted('context-expiry', 'last-second', 'the second before the expiry', of(seal({ expiresAt: NOW + 1 }))) // prettier-ignore
    refused('context-expiry', 'expired', 'expired', 'the second of the expiry', of(seal({ expiresAt: NOW })))
    return vectors
  }
}
