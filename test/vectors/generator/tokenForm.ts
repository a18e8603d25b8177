import type { Keys } from './keys.js'
import { base64url, CLAIMS, HEADER, jws, respelled, withSpareBit } from './jws.js'
import { claimsText, toolbox } from './toolbox.js'
import { cases, type Vector } from './vector.js'
import { NOW } from './world.js'

const LIMIT = 16_384

export function tokenFormVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('token', 'form')
  const { token, input, payload, rawHeader } = toolbox(keys)
  const plain = token()

  accepted('token-size', 'at-limit', 'a token of exactly 16,384 characters', input(sized(LIMIT)))
  refused('token-size', 'past-limit', 'too-large', 'a token of 16,385 characters', input(sized(LIMIT + 1)), {
    attacks: ['J25'],
  })
  refused('token-size', 'dots', 'too-large', 'a text of 16,385 dots', input('.'.repeat(LIMIT + 1)), {
    attacks: ['J25'],
  })

  accepted('token-form', 'compact', 'a JWS in compact serialization', input(plain))
  const form: readonly [string, string, string, Parameters<typeof input>[0], string[]?][] = [
    ['empty', 'empty', 'an empty text', ''],
    ['number', 'not-text', 'a number in place of the token', 42],
    ['null', 'not-text', 'null in place of the token', null],
    ['array', 'not-text', 'an array that holds the token', [plain]],
    ['object', 'not-text', 'an object in place of the token', { jwt: plain }],
    ['leading-space', 'white-space', 'a space before the token', ` ${plain}`],
    ['trailing-newline', 'white-space', 'a line feed after the token', `${plain}\n`],
    ['trailing-tab', 'white-space', 'a tab after the token', `${plain}\t`],
    ['byte-order-mark', 'white-space', 'a byte order mark before the token', `\ufeff${plain}`],
    ['json-flattened', 'json', 'the flattened JSON serialization', flattened(plain), ['J14']],
    ['json-general', 'json', 'the general JSON serialization', general(plain), ['J14']],
    ['no-dot', 'segments', 'one segment', 'eyJhbGciOiJSUzI1NiJ9'],
    ['one-dot', 'segments', 'a token without its signature segment', plain.split('.').slice(0, 2).join('.')],
    ['three-dots', 'segments', 'a token with a fourth, empty segment', `${plain}.`],
    ['three-dots-before', 'segments', 'a token with an empty segment before it', `.${plain}`],
    ['five-dots', 'segments', 'six segments', `${plain}.${plain}`],
    ['thousand-dots', 'segments', 'a text of 1,000 dots', '.'.repeat(1000), ['J25']],
    ['sd-jwt', 'segments', 'a token with a disclosure appended to a fourth segment', `${plain}.WyJzYWx0Il0`],
  ]
  for (const [name, reason, title, text, attacks = []] of form) {
    refused('token-form', name, reason, title, input(text), { attacks })
  }

  accepted('token-encrypted', 'signed', 'a signed token is not an encrypted one', input(plain))
  const encrypted: readonly [string, string, object][] = [
    ['direct', 'a JWE under a shared key', { alg: 'dir', enc: 'A256GCM' }],
    ['rsa-oaep', 'a JWE for the public key of the issuer', { alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT' }],
    ['pbes2', 'a JWE with a costly password derivation', { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2147483647, p2s: 'AAAA' }],
    ['compressed', 'a JWE whose content is compressed', { alg: 'dir', enc: 'A128GCM', zip: 'DEF' }],
  ] // prettier-ignore
  for (const [name, title, header] of encrypted) {
    const parts = [JSON.stringify(header), Buffer.alloc(256, 7), Buffer.alloc(12, 7), Buffer.alloc(64, 7)]
    const text = [...parts, Buffer.alloc(16, 7)].map(base64url).join('.')
    refused('token-encrypted', name, 'jwe', title, input(text), { attacks: ['J12', 'J13'] })
  }
  refused(
    'token-encrypted',
    'four-dots',
    'jwe',
    'a signed token with two empty segments',
    input(`${plain}..`),
  )

  accepted('base64url', 'canonical', 'segments in canonical base64url', input(plain))
  // Header and claims of lengths that leave spare bits in both segments.
  const spare = token({ header: { kid: 'k1' }, claims: { pad: padFor({ ...CLAIMS }) } })
  const J15 = { attacks: ['J15'] }
  for (const [index, name] of ['header', 'payload', 'signature'].entries()) {
    const respell = (change: (segment: string) => string) => input(respelled(spare, index, change))
    const say = (what: string) => `${what} in the ${name}`
    refused('base64url', `padding-${name}`, 'padding', say('padding'), respell((s) => `${s}${'='.repeat(4 - (s.length % 4))}`), J15) // prettier-ignore
    refused('base64url', `spare-bits-${name}`, 'spare-bits', say('a spare bit that is set'), respell(withSpareBit), J15) // prettier-ignore
    refused('base64url', `length-${name}`, 'length', say('a length that no bytes have'), respell((s) => s.slice(0, s.length - ((s.length + 3) % 4))), J15) // prettier-ignore
    refused('base64url', `space-${name}`, 'alphabet', say('a space'), respell((s) => `${s.slice(0, 8)} ${s.slice(8)}`), J15) // prettier-ignore
    refused('base64url', `newline-${name}`, 'alphabet', say('a line break'), respell((s) => `${s.slice(0, 8)}\r\n${s.slice(8)}`), J15) // prettier-ignore
    refused('base64url', `plus-${name}`, 'alphabet', say('a plus sign of the other alphabet'), respell((s) => `${s.slice(0, 8)}+${s.slice(9)}`), J15) // prettier-ignore
    refused('base64url', `slash-${name}`, 'alphabet', say('a slash of the other alphabet'), respell((s) => `${s.slice(0, 8)}/${s.slice(9)}`), J15) // prettier-ignore
    refused('base64url', `non-ascii-${name}`, 'alphabet', say('a full-width letter'), respell((s) => `${s.slice(0, 8)}\uff21${s.slice(9)}`), J15) // prettier-ignore
    refused('base64url', `percent-${name}`, 'alphabet', say('a percent escape'), respell((s) => `${s.slice(0, 8)}%41${s.slice(9)}`), J15) // prettier-ignore
    refused(
      'base64url',
      `empty-${name}`,
      'empty',
      `an empty ${name}`,
      respell(() => ''),
      {
        attacks: index === 2 ? ['J01'] : [],
      },
    )
  }
  refused('base64url', 'alg-none-unsigned', 'empty', 'alg none with an empty signature', input(jws({ alg: 'none' }, CLAIMS, () => Buffer.alloc(0))), { attacks: ['J01'] }) // prettier-ignore
  refused('base64url', 'bearer', 'alphabet', 'a token with its HTTP authentication scheme', input(`Bearer ${plain}`)) // prettier-ignore
  refused('base64url', 'detached', 'empty', 'a detached payload', input(respelled(plain, 1, () => '')))
  refused('base64url', 'two-dots', 'empty', 'two dots and nothing else', input('..'))
  refused('base64url', 'white-space-segments', 'alphabet', 'segments of white space', input('a. .a'), {
    also: [{ rule: 'tti/base64url', reason: 'length' }],
  })

  accepted('token-json', 'objects', 'header and claims are JSON objects', payload(` ${JSON.stringify(CLAIMS)}\n`)) // prettier-ignore
  accepted('token-json', 'depth-16', 'claims of 16 levels', payload(claimsText(`"deep":${nested(15)}`)))
  const badJson: readonly [string, string, string, string | Uint8Array, string[]?][] = [
    ['utf-8', 'utf-8', 'an octet that UTF-8 does not have', Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff]), Buffer.from('"}')])],
    ['overlong', 'utf-8', 'an overlong UTF-8 sequence', Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xc0, 0x80]), Buffer.from('"}')])],
    ['utf-16', 'utf-8', 'UTF-16 with a byte order mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(JSON.stringify(CLAIMS), 'utf16le')])],
    ['byte-order-mark', 'byte-order-mark', 'a byte order mark', `\ufeff${JSON.stringify(CLAIMS)}`],
    ['trailing-comma', 'syntax', 'a trailing comma', `${JSON.stringify(CLAIMS).slice(0, -1)},}`],
    ['comment', 'syntax', 'a comment', `/* */${JSON.stringify(CLAIMS)}`],
    ['single-quotes', 'syntax', 'single quotes', JSON.stringify(CLAIMS).replaceAll('"', "'")],
    ['not-a-number', 'syntax', 'the word NaN', claimsText('"nonce":NaN')],
    ['leading-zero', 'syntax', 'a number with a leading zero', claimsText('"nonce":01')],
    ['plus-number', 'syntax', 'a number with a plus sign', claimsText('"nonce":+1')],
    ['two-objects', 'syntax', 'a second object after the first', `${JSON.stringify(CLAIMS)}{}`],
    ['nul', 'syntax', 'a NUL after the object', `${JSON.stringify(CLAIMS)}\u0000`],
    ['control-character', 'syntax', 'a raw control character in a text', claimsText('"nonce":"\u0001"')],
    ['cut', 'syntax', 'an object that does not end', JSON.stringify(CLAIMS).slice(0, -1)],
    ['depth-17', 'depth', 'claims of 17 levels', claimsText(`"deep":${nested(16)}`), ['J25']],
    ['depth-4000', 'depth', 'claims of 4,000 levels', claimsText(`"deep":${nested(4000)}`), ['J25']],
    ['exp-1e400', 'number-range', 'an expiry of 1e400, which is infinite to many readers', claimsText('"exp":1e400', ['exp']), ['J18']],
    ['negative-1e400', 'number-range', 'a number of -1e400', claimsText('"nbf":-1e400')],
    ['half-surrogate', 'surrogate', 'half a surrogate pair', claimsText('"nonce":"\\ud800"')],
    ['array', 'not-object', 'an array in place of the claims', JSON.stringify([CLAIMS])],
    ['string', 'not-object', 'a text in place of the claims', JSON.stringify(plain)],
    ['null', 'not-object', 'null in place of the claims', 'null'],
  ] // prettier-ignore
  for (const [name, reason, title, text, attacks = []] of badJson) {
    refused('token-json', `claims-${name}`, reason, title, payload(text), { attacks })
  }
  refused('token-json', 'header-array', 'not-object', 'an array in place of the header', rawHeader('["RS256"]')) // prettier-ignore
  refused('token-json', 'header-syntax', 'syntax', 'a header with a trailing comma', rawHeader('{"alg":"RS256","kid":"k1",}')) // prettier-ignore
  refused('token-json', 'header-utf-8', 'utf-8', 'a header that is not UTF-8', rawHeader(Buffer.from([0x7b, 0xff, 0x7d]))) // prettier-ignore
  refused('token-json', 'header-byte-order-mark', 'byte-order-mark', 'a byte order mark before the header', rawHeader(`\ufeff${JSON.stringify(HEADER)}`)) // prettier-ignore

  const J16 = { attacks: ['J16'] }
  accepted('duplicate-member', 'levels', 'the same name at different levels', payload(claimsText('"act":{"sub":"other","act":{"sub":"third"}}'))) // prettier-ignore
  accepted('duplicate-member', 'case', 'names that differ in case', payload(claimsText('"EMAIL":"eve@example.com","Exp":1')), J16) // prettier-ignore
  const duplicates: readonly [string, string, string][] = [
    ['email', 'the mapped claim twice', '"email":"eve@example.com"'],
    ['email-first', 'the mapped claim twice, the same both times', '"email":"ada@example.com"'],
    ['iss', 'the issuer twice', '"iss":"https://evil.example"'],
    ['exp', 'the expiry twice', `"exp":${NOW + 9999}`],
    ['escaped', 'the mapped claim again, spelled with an escape', '"em\\u0061il":"eve@example.com"'],
    ['nested', 'a duplicate inside an object', '"act":{"sub":"a","sub":"b"}'],
    ['nested-array', 'a duplicate inside an object of an array', '"groups":[{"id":1},{"id":1,"id":2}]'],
    ['proto', '__proto__ twice', '"__proto__":{},"__proto__":{"email":"eve@example.com"}'],
    ['empty-name', 'the empty name twice', '"":1,"":2'],
  ]
  for (const [name, title, more] of duplicates) {
    refused('duplicate-member', `claims-${name}`, 'duplicate', title, payload(claimsText(more)), J16)
  }
  refused('duplicate-member', 'header-alg', 'duplicate', 'two algorithms', rawHeader('{"alg":"none","kid":"k1","alg":"RS256"}'), { attacks: ['J16', 'J03'] }) // prettier-ignore
  refused('duplicate-member', 'header-kid', 'duplicate', 'two key ids', rawHeader('{"alg":"RS256","kid":"k2","kid":"k1"}'), J16) // prettier-ignore
  return vectors

  /** A token of exactly this many characters. */
  function sized(length: number): string {
    for (const x5t of [undefined, 'A', 'AA']) {
      for (let pad = Math.floor((length * 3) / 4) - 700; pad < length; pad++) {
        const text = jws({ ...HEADER, x5t }, { ...CLAIMS, pad: 'x'.repeat(pad) }, () => Buffer.alloc(256))
        if (text.length > length) break
        if (text.length === length) return token({ header: { x5t }, claims: { pad: 'x'.repeat(pad) } })
      }
    }
    throw new Error('No token has this length.')
  }
}

/** A padding claim with which the claims leave spare bits. */
function padFor(claims: object): string {
  const pads = ['', 'x', 'xx']
  const bytes = (pad: string) => Buffer.byteLength(JSON.stringify({ ...claims, pad }))
  return pads.find((pad) => bytes(pad) % 3 !== 0) ?? ''
}

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels)
}

function flattened(token: string): string {
  const [, payload, signature] = token.split('.')
  return JSON.stringify({
    payload,
    protected: base64url('{"kid":"k1"}'),
    header: { alg: 'RS256' },
    signature,
  })
}

function general(token: string): string {
  const [header, payload, signature] = token.split('.')
  return JSON.stringify({ payload, signatures: [{ protected: header, signature }] })
}
