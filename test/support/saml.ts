import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { assertAccepted, type Finding } from '../../src/core/index.js'
import { samlSigner } from '../../src/flows/index.js'
import {
  issueResponse,
  parseCertificate,
  type IdentityCenterLogin,
  type IssueResponseOptions,
  type Login,
  type ResponseExpectation,
} from '../../src/saml/index.js'

const pem = (name: string): string =>
  readFileSync(new URL(`../interop/keys/${name}.pem`, import.meta.url), 'utf8')

export const idpPEM = pem('idp.crt')
export const idpCertificate = assertAccepted(parseCertificate(idpPEM))
export const otherCertificate = assertAccepted(parseCertificate(pem('other.crt')))
const idpKey = createPrivateKey(pem('idp.key'))
export const idpSigner = samlSigner(idpKey)
export const otherSigner = samlSigner(createPrivateKey(pem('other.key')))
export { idpKey }

/** 2026-11-25T12:00:00Z. */
export const NOW = 1_795_608_000
export const IDP = 'https://idp.example.com/saml'
export const SP = {
  entityID: 'https://us-east-1.signin.aws.amazon.com/platform/saml/d-1234567890',
  acsURL: 'https://us-east-1.signin.aws.amazon.com/platform/saml/acs/0a1b2c3d-4e5f',
} as const

export const ADA: IdentityCenterLogin = {
  to: 'identity-center',
  sp: SP,
  nameID: 'ada@example.com',
  inResponseTo: '_request',
  accessControl: { CostCenter: 'blue', Department: 'billing' },
}

/** IDs one after another: `_id1`, `_id2` ... */
export function counted(): () => string {
  let count = 0
  return () => `_id${++count}`
}

export function issued(login: Login = ADA, options: Partial<IssueResponseOptions> = {}): string {
  return assertAccepted(
    issueResponse(login, { entityID: IDP, signer: idpSigner, now: NOW, newID: counted(), ...options }),
  )
}

export function expectation(more: Partial<ResponseExpectation> = {}): ResponseExpectation {
  return {
    idp: { entityID: IDP, certificates: [idpCertificate] },
    sp: SP,
    now: NOW,
    inResponseTo: '_request',
    ...more,
  }
}

/** `rule reason` of each finding, each once, sorted. */
export function told(findings: readonly Pick<Finding, 'rule' | 'reason'>[]): string[] {
  return [...new Set(findings.map(({ rule, reason }) => `${rule} ${reason}`))].sort()
}
