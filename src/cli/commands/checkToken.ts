import { buildReport, type Report } from '../../conformance/index.js'
import { printable } from '../../core/shown.js'
import { findUsers } from '../../directory/index.js'
import { discoverIssuerKeys, safeFetch } from '../../flows/index.js'
import {
  inspectToken,
  inspectUser,
  mappedValue,
  parseKeySet,
  validateIssuer,
  type KeySource,
  type TrustedTokenIssuer,
} from '../../tti/index.js'
import { gathered } from '../faults.js'
import { readJson, readText } from '../files.js'
import { readUsers } from '../users.js'
import { Misuse } from '../misuse.js'
import { clockSkewOf, formatOf, instantOf, readOptions, requiredAll, text } from '../options.js'
import { version } from '../version.js'

export const checkTokenOptions = {
  issuer: 'string',
  audience: 'string',
  jwks: 'string',
  users: 'string',
  at: 'string',
  'clock-skew': 'string',
  'allow-loopback-issuer': 'boolean',
  format: 'string',
  verbose: 'boolean',
} as const

/**
 * `check token FILE`: the preflight of an exchange without doing it. Keys come from `--jwks`, or from the issuer by
 * discovery; with `--users` the person is looked up as well.
 */
export async function checkToken(words: readonly string[]): Promise<Report> {
  const { values, positionals } = readOptions(words, checkTokenOptions)
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new Misuse('check token takes one FILE.')
  formatOf(values)
  const inputs = [file, ...['issuer', 'jwks', 'users'].map((name) => text(values, name))]
  if (inputs.filter((name) => name === '-').length > 1)
    throw new Misuse('Only one FILE can be standard input.')
  const now = instantOf(values)
  const clockSkewSeconds = clockSkewOf(values)
  const [audience, issuerFile] = requiredAll(values, ['audience', 'issuer'])
  const allowLoopbackIssuer = values['allow-loopback-issuer'] === true

  const jwks = text(values, 'jwks')
  const [token, issuer, pinned, users] = await gathered([
    readText(file),
    readIssuer(issuerFile, allowLoopbackIssuer),
    jwks === undefined ? Promise.resolve(undefined) : readKeys(jwks),
    readUsers(text(values, 'users')),
  ])

  const keys = pinned ?? discovered(issuer, now, allowLoopbackIssuer)
  // A file ends in a line break; a token does not.
  const inspection = await inspectToken(token.trim(), {
    issuer,
    keys,
    audiences: [audience],
    now,
    clockSkewSeconds,
  })
  const claims = inspection.verdict.ok ? inspection.verdict.value : undefined
  const value = claims && mappedValue(claims.claims, issuer)
  const found = value === undefined ? [] : findUsers(users ?? [], issuer.identityStoreAttributePath, value)
  const mapped = users && inspectUser(claims, issuer, found)
  const user = mapped?.verdict.ok ? mapped.verdict.value : undefined
  return buildReport({
    version,
    subject: { kind: 'token', name: file },
    now,
    verified: inspection.verified,
    identity: claims && {
      issuer: claims.issuer,
      subject: claims.subject,
      audience: claims.audience,
      ...(user ? { userId: user.userId, userName: user.userName } : {}),
    },
    facts: claims
      ? {
          jti:
            claims.jti === undefined
              ? 'absent: told by its claims, exchanged once'
              : 'present: exchanged once',
        }
      : {},
    outcomes: [...inspection.rules, ...(mapped?.rules ?? [])],
  })
}

async function readIssuer(file: string, allowLoopbackIssuer: boolean): Promise<TrustedTokenIssuer> {
  const verdict = validateIssuer(await readJson(file), { allowLoopbackIssuer })
  if (!verdict.ok) throw new Misuse(`${printable(file)}: is not a trusted token issuer.`, verdict.findings)
  return verdict.value
}

async function readKeys(file: string): Promise<NonNullable<Parameters<typeof inspectToken>[1]['keys']>> {
  const verdict = await parseKeySet(await readText(file))
  if (!verdict.ok) throw new Misuse(`${printable(file)}: is not a JWKS.`, verdict.findings)
  return verdict.value
}

function discovered(issuer: TrustedTokenIssuer, now: number, allowLoopbackIssuer: boolean): KeySource {
  const keys = discoverIssuerKeys({ allowLoopbackIssuer })
  const fetch = safeFetch({ allowLoopback: allowLoopbackIssuer })
  return (kid) => keys.find(issuer, { ...(kid === undefined ? {} : { kid }), now, fetch })
}
