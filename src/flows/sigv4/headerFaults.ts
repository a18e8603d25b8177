import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { sameText } from './signature.js'
import type { SigV4Subject } from './subject.js'

const ALWAYS_SIGNED = ['host', 'x-amz-date']

export function dateFaults({ request, amzDate, now, clockSkewSeconds }: SigV4Subject): readonly Fault[] {
  const path = 'headers.x-amz-date'
  const values = request.headers.get('x-amz-date') ?? []
  if (values.length > 1) return [{ reason: 'duplicate', path, message: 'X-Amz-Date is there twice.' }]
  if (values.length === 0) {
    const reason = request.headers.has('date') ? 'date-header' : 'missing'
    return [{ reason, path, message: 'X-Amz-Date is missing.' }]
  }
  if (!amzDate) {
    const message = 'X-Amz-Date is not an instant in basic ISO 8601.'
    return [{ reason: 'format', path, expected: 'YYYYMMDDTHHMMSSZ', actual: shown(values[0], 40), message }]
  }
  const behind = now - amzDate.seconds
  if (Math.abs(behind) <= clockSkewSeconds) return []
  const reason = behind > 0 ? 'too-old' : 'in-future'
  const expected = `within ${clockSkewSeconds} seconds`
  return [
    { reason, path, expected, actual: `${behind} seconds old`, message: 'X-Amz-Date is not close to now.' },
  ]
}

export function signedHeaderFaults(
  signed: readonly string[],
  { headers }: SigV4Subject['request'],
): readonly Fault[] {
  const path = 'headers.authorization'
  const fault = (reason: string, name: string, message: string): Fault => ({
    reason,
    path,
    actual: shown(name, 60),
    message,
  })
  const faults: Fault[] = []
  signed.forEach((name, at) => {
    const before = signed[at - 1]
    if (before !== undefined && before >= name) {
      faults.push(fault('order', name, 'SignedHeaders is not sorted, or names a header twice.'))
    }
    if (name === 'authorization') faults.push(fault('authorization', name, 'Authorization cannot be signed.'))
    if (!headers.has(name)) faults.push(fault('absent', name, 'A signed header is not in the request.'))
  })
  const needed = [...ALWAYS_SIGNED, ...[...headers.keys()].filter((name) => name.startsWith('x-amz-'))]
  for (const name of new Set(needed)) {
    if (!signed.includes(name)) faults.push(fault('unsigned', name, 'A header that must be signed is not.'))
  }
  if ((headers.get('host')?.length ?? 0) > 1) faults.push(fault('duplicate', 'host', 'Host is there twice.'))
  return faults.slice(0, 20)
}

export function payloadHashFaults({ request, bodyHash }: SigV4Subject): readonly Fault[] | 'notApplicable' {
  const values = request.headers.get('x-amz-content-sha256')
  if (!values) return 'notApplicable'
  const path = 'headers.x-amz-content-sha256'
  const [value = ''] = values
  const reason =
    values.length > 1
      ? 'duplicate'
      : value === 'UNSIGNED-PAYLOAD'
        ? 'unsigned'
        : value.startsWith('STREAMING-')
          ? 'streaming'
          : value === bodyHash
            ? undefined
            : 'mismatch'
  if (reason === undefined) return []
  return [{ reason, path, message: 'X-Amz-Content-Sha256 is not the hash of the body.' }]
}

export function securityTokenFaults({ request, credential }: SigV4Subject): readonly Fault[] | 'cantTell' {
  if (!credential) return 'cantTell'
  const values = request.headers.get('x-amz-security-token') ?? []
  const fault = (reason: string, message: string): readonly Fault[] => [
    { reason, path: 'headers.x-amz-security-token', message },
  ]
  if (values.length > 1) return fault('duplicate', 'X-Amz-Security-Token is there twice.')
  const [sent] = values
  const { sessionToken } = credential
  if (sent === undefined) {
    return sessionToken === undefined ? [] : fault('missing', 'The credentials are temporary: no token came.')
  }
  if (sessionToken === undefined) return fault('unexpected', 'The credentials have no session token.')
  return sameText(sessionToken, sent) ? [] : fault('mismatch', 'The token is not that of the credentials.')
}
