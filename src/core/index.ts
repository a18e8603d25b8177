export {
  accepted,
  assertAccepted,
  decided,
  FederationError,
  refused,
  type FederationErrorCode,
  type Finding,
  type RuleId,
  type Severity,
  type Verdict,
} from './outcome.js'
export type { CheckResult, Fault, Outcome, Rule, RuleOutcome, RuleRow } from './rule.js'
export type {
  AsyncSigner,
  ClaimOutcome,
  Clock,
  Fetch,
  PostFetch,
  RandomBytes,
  ReplayStore,
  Signer,
  StateEntry,
  StateStore,
} from './ports.js'
export type {
  Directory,
  Identity,
  IdentityStoreAttributePath,
  OidcIdentity,
  SamlIdentity,
  User,
} from './identity.js'
