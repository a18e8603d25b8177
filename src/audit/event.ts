import { formatDateTime } from '../core/codec.js'
import type { Finding } from '../core/outcome.js'
import type { OnBehalfOf } from '../tti/roleSession/onBehalfOf.js'
import { masked } from './mask.js'

/** Who called, and for whom: the user of the Identity Store beside the role or user (R311, R318). */
export interface UserIdentity {
  readonly type: 'AssumedRole' | 'IAMUser' | 'IdentityCenterUser' | 'Root' | 'SAMLUser' | 'Unknown'
  readonly accountId?: string
  readonly arn?: string
  readonly principalId?: string
  readonly accessKeyId?: string
  readonly userName?: string
  readonly sessionContext?: Readonly<Record<string, unknown>>
  readonly onBehalfOf?: OnBehalfOf
  /** The session at the directory: ties its events together (R319). */
  readonly credentialId?: string
}

/** The services whose events look so, and their sources (R313, R314). */
export type EventSource =
  'signin.amazonaws.com' | 'sso-oauth.amazonaws.com' | 'sso.amazonaws.com' | 'sts.amazonaws.com'

/** A record in the shape of CloudTrail's, with the rules that refused under `additionalEventData`. */
export interface AuditEvent {
  readonly eventVersion: '1.08'
  readonly userIdentity: UserIdentity
  readonly eventTime: string
  readonly eventSource: EventSource
  readonly eventName: string
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent: string
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly requestParameters: unknown
  readonly responseElements: unknown
  /** Named here and nowhere on the wire: which rules refused, in which way, and where. */
  readonly additionalEventData?: {
    readonly findings: readonly Pick<Finding, 'rule' | 'reason' | 'severity' | 'path'>[]
  }
  readonly requestID: string
  readonly eventID: string
  readonly readOnly: boolean
  readonly eventType: 'AwsApiCall'
  readonly managementEvent: true
  readonly recipientAccountId: string
}

/** Characters of JSON that the parameters of one event take at most, unless it says otherwise. */
const MAX_PARAMETERS = 4096

export interface AuditInput {
  readonly now: number
  readonly eventID: string
  readonly requestID: string
  readonly eventSource: EventSource
  readonly eventName: string
  readonly region: string
  readonly accountId: string
  readonly sourceIPAddress: string
  readonly userAgent: string
  readonly userIdentity: UserIdentity
  readonly readOnly?: boolean
  readonly requestParameters?: unknown
  readonly responseElements?: unknown
  /** Characters of JSON past which parameters, and elements of the response, are left out; default 4,096. */
  readonly maxParameterCharacters?: number
  readonly error?: { readonly code: string; readonly message: string }
  readonly findings?: readonly Finding[]
}

/** Parameters as they are kept: masked, and left out where they would fill the log. */
function kept(parameters: unknown, most: number): unknown {
  if (parameters === undefined) return null
  const hidden = masked(parameters)
  return JSON.stringify(hidden).length <= most ? hidden : { omitted: 'too large' }
}

/** The record of one call. Tokens, secrets and external ids never reach it, whatever the parameters hold. */
export function auditEvent(input: AuditInput): AuditEvent {
  const findings = (input.findings ?? []).slice(0, 20)
  const most = input.maxParameterCharacters ?? MAX_PARAMETERS
  return {
    eventVersion: '1.08',
    userIdentity: input.userIdentity,
    eventTime: formatDateTime(input.now),
    eventSource: input.eventSource,
    eventName: input.eventName,
    awsRegion: input.region,
    sourceIPAddress: input.sourceIPAddress,
    userAgent: String(masked(input.userAgent.slice(0, 512))),
    ...(input.error
      ? { errorCode: input.error.code, errorMessage: String(masked(input.error.message)) }
      : {}),
    requestParameters: kept(input.requestParameters, most),
    responseElements: kept(input.responseElements, most),
    ...(findings.length === 0
      ? {}
      : {
          additionalEventData: {
            findings: findings.map(({ rule, reason, severity, path }) => ({
              rule,
              reason,
              severity,
              ...(path === undefined ? {} : { path: String(masked(path)) }),
            })),
          },
        }),
    requestID: input.requestID,
    eventID: input.eventID,
    readOnly: input.readOnly ?? false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: input.accountId,
  }
}
