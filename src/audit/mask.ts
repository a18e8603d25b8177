/** What CloudTrail writes in place of a secret (R328, C36). */
export const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS'

// Requests and answers are masked by name, so that a new place for an old secret is masked, too. A device code is not one
// of them: CloudTrail shows it (R328), and it is nothing without its client's secret.
const secrets = new Set([
  'accesstoken',
  'assertion',
  'authorization',
  'clientassertion',
  'clientsecret',
  'code',
  'codeverifier',
  'contextassertion',
  'idtoken',
  'identitycontext',
  'password',
  'refreshtoken',
  'secret',
  'secretaccesskey',
  'sessiontoken',
  'subjecttoken',
  'token',
  'usercode',
])
// A token anywhere in a text: a JOSE header in base64url, or an opaque token, code or client secret of this service.
const TOKEN = /eyJ[\w-]{8,}\.|ao(?:al|rv|ac|cs)[\w-]{8,}/
const MAX_DEPTH = 8
const MAX_TEXT = 2048

/** A copy in which every secret is hidden, external ids are left out (R329), and long texts are cut. */
export function masked(value: unknown, depth = 0): unknown {
  if (typeof value === 'string' && TOKEN.test(value)) return HIDDEN
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}...` : value
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return HIDDEN
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => masked(item, depth + 1))
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !/^external[_-]?ids?$/i.test(name))
      .map(([name, member]) => [
        TOKEN.test(name) ? HIDDEN : name,
        secrets.has(name.toLowerCase().replaceAll(/[_-]/g, '')) ? HIDDEN : masked(member, depth + 1),
      ]),
  )
}
