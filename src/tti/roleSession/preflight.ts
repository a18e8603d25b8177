import type { Verdict } from '../../core/outcome.js'
import { runRules, verdictOf } from '../../core/rule.js'
import { preflightInstanceRules } from './preflightInstanceRules.js'
import { preflightServiceRules } from './preflightServiceRules.js'
import type { ServiceName } from './support.js'

/** An Identity Center instance. Permission sets are not asked for: propagation needs none (R283). */
export interface PlannedInstance {
  readonly type: 'organization' | 'account'
  /** The Regions in which it is enabled: one, or more where it is replicated. */
  readonly regions: readonly string[]
  readonly accountID: string
  readonly identityProviderConnected: boolean
  readonly usersProvisioned: boolean
  readonly groupsProvisioned: boolean
}

export interface PlannedService {
  readonly service: ServiceName
  readonly region: string
  readonly accountID: string
  /** Connected to the instance as an application of it. */
  readonly connected: boolean
}

/** Identity-aware console sessions (R298). */
export interface PlannedConsoleSessions {
  readonly amazonQ: boolean
  /** The actions that whoever turns them on may call. */
  readonly administratorActions: readonly string[]
  /** The users' own policies allow sts:setContext. */
  readonly usersMaySetContext: boolean
}

export type EMRStudioFeature =
  | 'cluster-template'
  | 'cluster-without-template'
  | 'emr-serverless'
  | 'emr-on-eks'
  | 'runtime-role'
  | 'sql-explorer'
  | 'workspace-collaboration'

export interface PlannedEMRStudio {
  readonly trustedIdentityPropagation: boolean
  /** How an existing Studio was made; the choice lasts for its lifetime. */
  readonly madeWithPropagation?: boolean | undefined
  readonly features: readonly EMRStudioFeature[]
}

export interface PlannedAthena {
  readonly engine: 'trino' | 'spark'
  /** `custom`: an application of your own that calls the API (R304). */
  readonly client: 'emr-studio' | 'custom' | 'jdbc' | 'odbc'
  readonly lakeFormation: boolean
  readonly s3AccessGrants: boolean
}

export interface SharingParty {
  readonly region: string
  readonly organizationID: string
  /** ARN of the organisation instance. */
  readonly instanceArn: string
}

export interface PlannedLakeFormation {
  /** The role with which locations are registered. */
  readonly locationRoleArn: string
  /** Tables shared across accounts by Resource Access Manager. */
  readonly sharing?: { readonly grantor: SharingParty; readonly grantee: SharingParty } | undefined
}

/** What someone means to set up. Parts that are absent are not judged. */
export interface PropagationPlan {
  readonly instance: PlannedInstance
  readonly services: readonly PlannedService[]
  readonly consoleSessions?: PlannedConsoleSessions | undefined
  readonly emrStudio?: PlannedEMRStudio | undefined
  readonly athena?: PlannedAthena | undefined
  readonly lakeFormation?: PlannedLakeFormation | undefined
}

/**
 * Judges a plan for trusted identity propagation before anything is built (R280-R283, R298, R302-R306): every
 * precondition that is not met is a finding with a rule `tti/tip-...`. A plan whose shape a check cannot read is refused
 * by that check.
 */
export function preflight(plan: PropagationPlan): Verdict<PropagationPlan> {
  return verdictOf(runRules([...preflightInstanceRules, ...preflightServiceRules], plan), () => plan)
}
