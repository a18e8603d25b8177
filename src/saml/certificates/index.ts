export { buildApplicationMetadata, type ApplicationMetadataOptions } from './applicationMetadata.js'
export {
  activeCertificate,
  inboundSet,
  outboundSet,
  parseCertificateSet,
  trustedCertificates,
} from './certificateSet.js'
export type { CertificateAudit, CertificateChange } from './change.js'
export {
  activateCertificate,
  recordCertificateUse,
  removeCertificate,
  type RemoveOptions,
  type UseOptions,
} from './changeMember.js'
export type { CertificateColour } from './colour.js'
export { DEFAULT_VALIDITY_MONTHS, generateCertificate, type GenerateOptions } from './generate.js'
export {
  importCertificate,
  inspectCertificate,
  type CertificateInspection,
  type ImportOptions,
} from './import.js'
export {
  rotationPlan,
  type RotationPlan,
  type RotationPlanOptions,
  type RotationStep,
  type RotationStepName,
} from './plan.js'
export { refreshCertificates, type RefreshOptions } from './refresh.js'
export type {
  CertificateSet,
  DistrustedCertificate,
  InboundCertificate,
  InboundSet,
  OutboundCertificate,
  OutboundSet,
  SigningAlgorithm,
  TrustedParty,
} from './set.js'
export type { SigningKeyPair } from './signing.js'
export {
  certificateStatus,
  type CertificateSetStatus,
  type CertificateStatus,
  type MemberStatus,
} from './status.js'
export type { CertificateUse } from './use.js'
