import type { Fault } from '../../core/rule.js'
import { SIGV4_LIMITS } from './request.js'

/** The Authorization header taken apart. */
export interface Authorization {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly terminator: string
  /** As listed, in lower case. */
  readonly signedHeaders: readonly string[]
  /** 64 lower-case hexadecimal digits. */
  readonly signature: string
}

export const ALGORITHM = 'AWS4-HMAC-SHA256'
export const TERMINATOR = 'aws4_request'

const PARAMETERS = ['Credential', 'SignedHeaders', 'Signature'] as const
type Parameter = (typeof PARAMETERS)[number]

const FORMS: Readonly<Record<Parameter, { readonly pattern: RegExp; readonly expected: string }>> = {
  Credential: {
    pattern: /^\w{1,128}\/\d{8}\/[a-z0-9-]{1,64}\/[a-z0-9-]{1,64}\/\w{1,32}$/,
    expected: 'KEY/DATE/REGION/SERVICE/aws4_request',
  },
  SignedHeaders: {
    pattern: /^[!#$%&'*+.^_`|~0-9a-z;-]+$/,
    expected: 'lower-case names joined by semicolons',
  },
  Signature: { pattern: /^[0-9a-f]{64}$/, expected: '64 lower-case hexadecimal digits' },
}

/** The Authorization header before it is taken apart: exactly one, and not too long. */
export function authorizationFaults(values: readonly string[]): readonly Fault[] {
  const path = 'headers.authorization'
  const [value] = values
  if (value === undefined) {
    const message = 'The request is not signed: it has no Authorization header.'
    return [{ reason: 'missing', path, expected: ALGORITHM, message }]
  }
  if (values.length > 1) return [{ reason: 'duplicate', path, message: 'Authorization is there twice.' }]
  const most = SIGV4_LIMITS.authorizationCharacters
  if (value.length <= most) return []
  return [{ reason: 'too-large', path, expected: `at most ${most} characters`, message: 'It is too long.' }]
}

/**
 * Reads `AWS4-HMAC-SHA256 Credential=..., SignedHeaders=..., Signature=...`, or names all that is wrong with it,
 * never repeating any of it: what stands there may be a credential of another scheme.
 */
export function parseAuthorization(header: string): Authorization | readonly [Fault, ...Fault[]] {
  const space = header.indexOf(' ')
  if (space < 0 || header.slice(0, space) !== ALGORITHM) {
    return [{ reason: 'algorithm', path: 'headers.authorization', expected: ALGORITHM, message: SCHEME }]
  }
  const values = new Map<string, string>()
  const faults: Fault[] = []
  for (const part of header.slice(space + 1).split(',')) {
    const [, name = '', value = ''] = /^[ \t]*([A-Za-z]{1,20})=([^ \t]*)[ \t]*$/.exec(part) ?? []
    if (!isParameter(name)) faults.push(fault('parameter', 'The header holds a part that is not known.'))
    else if (values.has(name)) faults.push(fault('duplicate', `The header names ${name} twice.`))
    else values.set(name, value)
  }
  for (const name of PARAMETERS) {
    const value = values.get(name)
    const { pattern, expected } = FORMS[name]
    if (value === undefined) faults.push(fault('parameter', `The header lacks ${name}.`))
    else if (!pattern.test(value)) {
      faults.push({ ...fault('form', `${name} is malformed.`), expected })
    }
  }
  const [first, ...rest] = faults
  if (first) return [first, ...rest]
  const [accessKeyId = '', date = '', region = '', service = '', terminator = ''] =
    values.get('Credential')?.split('/') ?? []
  const signedHeaders = values.get('SignedHeaders')?.split(';') ?? []
  const signature = values.get('Signature') ?? ''
  return { accessKeyId, date, region, service, terminator, signedHeaders, signature }
}

const SCHEME = 'The Authorization header is not of the scheme AWS4-HMAC-SHA256.'

function fault(reason: string, message: string): Fault {
  return { reason, path: 'headers.authorization', message }
}

function isParameter(name: string): name is Parameter {
  return (PARAMETERS as readonly string[]).includes(name)
}
