import type { AuthnContextComparison } from './build.js'
import { booleanOf } from './read.js'
import type { RequestSubject } from './subject.js'

/** What an application asks an identity provider for. */
export interface AuthnRequest {
  /** For the InResponseTo of the answer. */
  readonly id: string
  /** The entityID of a registered application. */
  readonly issuer: string
  /** Where the answer goes: registered, and the one that was asked for, if any was. */
  readonly acsURL: string
  readonly destination?: string
  /** Epoch seconds. */
  readonly issueInstant: number
  /** The NameID format that is asked for, if any is: what the application is configured for need not be that. */
  readonly nameIDFormat?: string
  readonly allowCreate: boolean
  /** The person shall prove anew who they are. */
  readonly forceAuthn: boolean
  /** The person shall see nothing of it. */
  readonly isPassive: boolean
  readonly requestedAuthnContext?: {
    readonly comparison: AuthnContextComparison
    readonly classRefs: readonly string[]
  }
  /** What the application calls itself: proven only where `verifiedBy` is there. */
  readonly providerName?: string
  /** To be sent back with the answer, to the letter; there only where the request was given with its binding. */
  readonly relayState?: string
  /** SHA-256 of the certificate that verified; absent: the request is not signed, and anybody may have sent it. */
  readonly verifiedBy?: string
}

/** The request that an accepted message is. */
export function requestOf(subject: RequestSubject, relayState: string | undefined): AuthnRequest {
  const { request, sp, verifiedBy } = subject
  const { id, issueInstant, destination, nameIDPolicy, authnContext, providerName } = request
  const acsURL = request.acsURL ?? sp?.acsURLs[0]
  // The rules have seen to all of these; the compiler has not.
  if (!sp || id === undefined || acsURL === undefined || issueInstant?.at === undefined)
    throw new Error('A request was asked of what is none.')
  return {
    id,
    issuer: sp.entityID,
    acsURL,
    ...(destination === undefined ? {} : { destination }),
    issueInstant: issueInstant.at,
    ...(nameIDPolicy?.format === undefined ? {} : { nameIDFormat: nameIDPolicy.format }),
    allowCreate: booleanOf(nameIDPolicy?.allowCreate) === true,
    forceAuthn: booleanOf(request.forceAuthn) === true,
    isPassive: booleanOf(request.isPassive) === true,
    ...(authnContext
      ? {
          requestedAuthnContext: {
            comparison: (authnContext.comparison ?? 'exact') as AuthnContextComparison,
            classRefs: authnContext.classRefs.filter((ref) => ref !== undefined),
          },
        }
      : {}),
    ...(providerName === undefined ? {} : { providerName }),
    ...(relayState === undefined ? {} : { relayState }),
    ...(verifiedBy ? { verifiedBy: verifiedBy.sha256 } : {}),
  }
}
