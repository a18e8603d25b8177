import { samlSigner } from '../../src/flows/index.js'
import { assertAccepted, type Verdict } from '../../src/core/index.js'
import {
  activateCertificate,
  importCertificate,
  inspectResponse,
  issueResponse,
  parseCertificate,
  parseCertificateSet,
  recordCertificateUse,
  refreshCertificates,
  removeCertificate,
  rotationPlan,
  validateResponse,
  type CertificateSet,
  type InboundSet,
  type Inspection,
  type Login,
  type OutboundSet,
  type ResponseExpectation,
  type TrustedCertificate,
} from '../../src/saml/index.js'
import { privateKey, type KeyName } from '../vectors/generator/keys.js'
import type { Vector } from '../vectors/generate.js'
import { keys } from '../tti/vectorFiles.js'

/** A document of a vector, as README.md describes it. */
export type VectorDocument =
  | string
  | { readonly base64: string }
  | { readonly parts: readonly { readonly text: string; readonly times?: number }[] }

export interface ResponseInput {
  readonly message: VectorDocument
  readonly expectation: Omit<ResponseExpectation, 'now'>
}

export interface IssueInput {
  readonly login: unknown
  readonly options: {
    readonly entityID: string
    readonly key: KeyName
    readonly alg?: 'rsa-sha256' | 'rsa-sha384' | 'rsa-sha512'
    readonly ids: readonly [string, string]
    readonly sign?: 'assertion' | 'response' | 'both'
    readonly certificate?: string
  }
  /** Of the receiver that reads what was issued. */
  readonly expectation: Omit<ResponseExpectation, 'now'>
}

export interface Run {
  readonly verdict: Verdict<unknown>
  /** What a vector's `value` is compared with: JSON, so that objects without a prototype are like others. */
  readonly facts: unknown
}

/** Runs one vector through the public functions. */
export function runVector({ subject, input, now }: Pick<Vector, 'subject' | 'now' | 'input'>): Run {
  if (subject === 'response') return told(validateResponse(...argumentsOf({ input, now })))
  if (subject === 'issue') return runIssue(input as unknown as IssueInput, now)
  if (subject === 'certificateSet') return told(parseCertificateSet((input as { set: unknown }).set, { now }))
  if (subject === 'certificateChange') return told(changeOf(input as unknown as ChangeInput, now))
  if (subject === 'rotationPlan') return runPlan(input as unknown as PlanInput, now)
  const { certificate } = input as unknown as { certificate: VectorDocument }
  return told(parseCertificate(documentOf(certificate)))
}

interface ChangeInput {
  readonly operation: 'import' | 'remove' | 'activate' | 'use' | 'refresh'
  readonly set: unknown
  readonly certificate?: VectorDocument
  readonly sha256?: string
  readonly compromised?: boolean
  readonly force?: boolean
  readonly keep?: boolean
  readonly metadata?: { readonly entityID: string; readonly certificates: readonly string[] }
}

/** One change of a set; what a refusal leaves is what was given. */
function changeOf({ operation, set, ...input }: ChangeInput, now: number): Verdict<CertificateSet> {
  const inbound = set as InboundSet
  const { sha256 = '', certificate = '', compromised, force, keep, metadata } = input
  if (operation === 'import') return importCertificate(inbound, documentOf(certificate), { now })
  if (operation === 'remove') return removeCertificate(inbound, sha256, { now, compromised })
  if (operation === 'activate') return activateCertificate(set as OutboundSet, sha256, { now })
  if (operation === 'use') return recordCertificateUse(inbound, sha256, { now })
  const { certificates = [], ...entity } = metadata ?? { entityID: '' }
  const idp = { certificates: certificates.map(parsed), singleSignOnServices: [], nameIDFormats: [], wantAuthnRequestsSigned: false } // prettier-ignore
  return refreshCertificates(inbound, { ...entity, idp }, { now, force, keep })
}

interface PlanInput {
  readonly set: CertificateSet
  readonly offered?: readonly string[]
  readonly oneAtATime?: boolean
}

function runPlan({ set, offered, oneAtATime }: PlanInput, now: number): Run {
  const plan = rotationPlan(set, { now, offered: offered?.map(parsed), oneAtATime })
  return told({ ok: true, value: plan, findings: plan.findings })
}

const parsed = (pem: string): TrustedCertificate => assertAccepted(parseCertificate(pem))

/** What both functions that judge a Response are called with. */
export function argumentsOf({
  input,
  now,
}: Pick<Vector, 'input' | 'now'>): [Uint8Array | string, ResponseExpectation] {
  const { message, expectation } = input as unknown as ResponseInput
  return [documentOf(message), { ...expectation, now }]
}

export function inspectVector(vector: Pick<Vector, 'input' | 'now'>): Inspection {
  return inspectResponse(...argumentsOf(vector))
}

export function documentOf(document: VectorDocument): Uint8Array | string {
  if (typeof document === 'string') return document
  if ('base64' in document) return new Uint8Array(Buffer.from(document.base64, 'base64'))
  return document.parts.map(({ text, times = 1 }) => text.repeat(times)).join('')
}

function told(verdict: Verdict<unknown>): Run {
  return { verdict, facts: verdict.ok ? (JSON.parse(JSON.stringify(verdict.value)) as unknown) : undefined }
}

/** A sign-in in which long texts are documents. */
function loginOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(loginOf)
  if ('parts' in value) return documentOf(value as VectorDocument)
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, loginOf(member)]))
}

/** What is issued counts by what its receiver reads. */
function runIssue({ login, options, expectation }: IssueInput, now: number): Run {
  const { ids, key, alg, ...own } = options
  const left = [...ids]
  const signer = samlSigner(privateKey(keys[key]), alg)
  const verdict = issueResponse(loginOf(login) as Login, {
    ...own,
    now,
    signer,
    newID: () => left.shift() ?? '',
  })
  if (!verdict.ok) return { verdict, facts: undefined }
  return { verdict, facts: told(validateResponse(verdict.value, { ...expectation, now })).facts }
}
