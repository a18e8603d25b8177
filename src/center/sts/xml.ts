import { formatDateTime } from '../../core/codec.js'
import { FederationError } from '../../core/outcome.js'
import { STS_VERSION } from './queryRules.js'

const NAMESPACE = `https://sts.amazonaws.com/doc/${STS_VERSION}/`
/** Any one character that XML 1.0 cannot carry, not even as a reference (XML 2.2). */
const ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u
const ALL_ILLEGAL = new RegExp(ILLEGAL, 'gu')

export interface AssumeRoleAnswer {
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken: string
    /** Epoch seconds. */
    readonly expiration: number
  }
  readonly assumedRoleUser: { readonly assumedRoleId: string; readonly arn: string }
  /** A percentage of what session policies and tags may take; absent when there are none. */
  readonly packedPolicySize?: number | undefined
  readonly sourceIdentity?: string | undefined
  readonly requestId: string
}

export interface GetCallerIdentityAnswer {
  readonly arn: string
  readonly userId: string
  readonly account: string
  readonly requestId: string
}

export interface ErrorAnswer {
  /** Whose fault it is: `Sender` goes with a 4xx status, `Receiver` with a 5xx. */
  readonly type: 'Sender' | 'Receiver'
  /** What an SDK makes the name of its exception, such as `AccessDenied`. */
  readonly code: string
  /** May quote what a peer sent: characters that XML cannot carry become U+FFFD. */
  readonly message: string
  readonly requestId: string
}

/**
 * The answer to AssumeRole as text/xml (STS API AssumeRole).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for a value that XML cannot carry, or an instant that is none
 */
export function assumeRoleResponse(answer: AssumeRoleAnswer): string {
  const { credentials, assumedRoleUser, packedPolicySize, sourceIdentity, requestId } = answer
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = credentials
  if (!Number.isSafeInteger(expiration) || expiration < 0) misuse('expiration must be whole epoch seconds.')
  return response('AssumeRole', requestId, [
    element('AssumedRoleUser', [
      element('AssumedRoleId', assumedRoleUser.assumedRoleId),
      element('Arn', assumedRoleUser.arn),
    ]),
    element('Credentials', [
      element('AccessKeyId', accessKeyId),
      element('SecretAccessKey', secretAccessKey),
      element('SessionToken', sessionToken),
      element('Expiration', formatDateTime(expiration)),
    ]),
    ...(packedPolicySize === undefined ? [] : [element('PackedPolicySize', String(packedPolicySize))]),
    ...(sourceIdentity === undefined ? [] : [element('SourceIdentity', sourceIdentity)]),
  ])
}

/** The answer to GetCallerIdentity as text/xml (STS API GetCallerIdentity). */
export function getCallerIdentityResponse(answer: GetCallerIdentityAnswer): string {
  const { arn, userId, account, requestId } = answer
  return response('GetCallerIdentity', requestId, [
    element('Arn', arn),
    element('UserId', userId),
    element('Account', account),
  ])
}

/** The answer to a refused request as text/xml. */
export function errorResponse({ type, code, message, requestId }: ErrorAnswer): string {
  return root('ErrorResponse', [
    element('Error', [
      element('Type', type),
      element('Code', code),
      element('Message', message.replace(ALL_ILLEGAL, '\ufffd')),
    ]),
    element('RequestId', requestId),
  ])
}

function response(action: string, requestId: string, result: readonly Markup[]): string {
  const metadata = element('ResponseMetadata', [element('RequestId', requestId)])
  return root(`${action}Response`, [element(`${action}Result`, result), metadata])
}

/** Text that is XML already, so that no value reaches an answer unescaped. */
class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function root(name: string, children: readonly Markup[]): string {
  return `<${name} xmlns="${NAMESPACE}">${children.map(({ text }) => text).join('')}</${name}>`
}

function element(name: string, content: string | readonly Markup[]): Markup {
  const inner = typeof content === 'string' ? escaped(content) : content.map(({ text }) => text).join('')
  return new Markup(`<${name}>${inner}</${name}>`)
}

/** A carriage return goes as a reference: readers turn a plain one into a line feed (XML 2.11). */
function escaped(value: string): string {
  if (ILLEGAL.test(value)) misuse('A value holds a character that XML cannot carry.')
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;')
}

function misuse(message: string): never {
  throw new FederationError('ERR_INVALID_OPTION', message)
}
