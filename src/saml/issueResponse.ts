import { hasError, refused, accepted, type Finding, type Verdict } from '../core/outcome.js'
import type { AsyncSigner, Signer } from '../core/ports.js'
import { failingRules, findingsOf } from '../core/rule.js'
import { readAssertion } from './assertion.js'
import type { TrustedCertificate } from './certificate.js'
import {
  checkOptions,
  checkParties,
  DEFAULT_MAX_ASSERTION_LIFETIME_SECONDS,
  LAST_INSTANT,
  misuse,
} from './expectation.js'
import { buildAssertion, buildResponse, spOf, type IssueContext } from './issue/build.js'
import { checkLogin } from './issue/checkLogin.js'
import type { Login } from './issue/login.js'
import { issueRules, type IssueSubject } from './issue/rules.js'
import { attributeRules } from './response/attributeRules.js'
import { MAX_ASSERTION_CHARACTERS } from './response/responseRules.js'
import { ID_FORM } from './names.js'
import { partyRules } from './response/partyRules.js'
import type { ResponseSubject } from './response/subject.js'
import { subjectRules } from './response/subjectRules.js'
import { timeRules } from './response/timeRules.js'
import { checkSigner, keyInfoOf, signedFindings, type KeyInfo } from './signer.js'
import { canonicalize } from './xml/canonicalize.js'
import type { XmlElement } from './xml/document.js'
import { attributeOf } from './xml/query.js'
import { charactersIn } from './xml/characters.js'
import { signatureOf, type ToBeSigned } from './xml/sign.js'

interface IssueOptions {
  /** The identity provider that issues. */
  readonly entityID: string
  /** Epoch seconds. */
  readonly now: number
  /** A fresh ID each time: an XML name, such as `_` and 32 random hexadecimal digits. Called for the Response, then for the assertion. */
  readonly newID: () => string
  /** What is signed. Default: the assertion, which is what Identity Center, and most receivers, look for. */
  readonly sign?: 'assertion' | 'response' | 'both' | undefined
  /**
   * Written into KeyInfo, for receivers that look there: PEM, or parsed once. Default: no KeyInfo. One that is not of the
   * signer's key is refused (`saml/issue-certificate`).
   */
  readonly certificate?: string | TrustedCertificate | undefined
}

export interface IssueResponseOptions extends IssueOptions {
  readonly signer: Signer
}

export interface IssueResponseAsyncOptions extends IssueOptions {
  readonly signer: AsyncSigner | Signer
}

/**
 * A signed SAML 2.0 Response, as XML in its canonical form; `encodePost` makes the form of it that a browser sends.
 *
 * Before anything is signed, the sign-in is held against every limit of its receiver (the rules of `validateResponse`
 * and `saml/issue-*`): what Identity Center would refuse is refused here, with all findings. The same login, IDs,
 * instant and key give the same bytes.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, `ERR_SIGNER_FAILED` when the signer answers no signature
 *
 * @example
 * ```ts
 * import { issueResponse } from 'countersign/saml'
 * import { samlSigner } from 'countersign/flows'
 *
 * declare const privateKeyPEM: string
 * const verdict = issueResponse(
 *   {
 *     to: 'identity-center',
 *     sp: { entityID: 'https://us-east-1.signin.aws.amazon.com/platform/saml/d-1234567890', acsURL: 'https://us-east-1.signin.aws.amazon.com/platform/saml/acs/0a1b2c3d' },
 *     nameID: 'ada@example.com',
 *     accessControl: { CostCenter: 'blue' },
 *   },
 *   {
 *     entityID: 'https://idp.example.com',
 *     signer: samlSigner(privateKeyPEM),
 *     now: Math.floor(Date.now() / 1000),
 *     newID: () => `_${crypto.randomUUID()}`,
 *   },
 * )
 * if (verdict.ok) console.log(verdict.value)
 * ```
 */
export function issueResponse(login: Login, options: IssueResponseOptions): Verdict<string> {
  const planned = planOf(login, options)
  if (!planned.ok) return refused(planned.findings)
  const { plan, steps, keyInfo, alg } = planned.value
  let text = plan.assertion
  for (const step of steps) {
    const { bytes, finish } = step(text)
    const signature = options.signer.sign(bytes)
    text = finish(signature)
    const [first, ...rest] = signedFindings({ keyInfo, alg, bytes, signature })
    if (first) return refused([first, ...rest])
  }
  return accepted(plan.whole(text), planned.findings)
}

/** As {@link issueResponse}, with a signer that takes its time, such as a KMS. */
export async function issueResponseAsync(
  login: Login,
  options: IssueResponseAsyncOptions,
): Promise<Verdict<string>> {
  const planned = planOf(login, options)
  if (!planned.ok) return refused(planned.findings)
  const { plan, steps, keyInfo, alg } = planned.value
  let text = plan.assertion
  for (const step of steps) {
    const { bytes, finish } = step(text)
    const signature = await options.signer.sign(bytes)
    text = finish(signature)
    const [first, ...rest] = signedFindings({ keyInfo, alg, bytes, signature })
    if (first) return refused([first, ...rest])
  }
  return accepted(plan.whole(text), planned.findings)
}

/** Canonical texts, which are put into one another as they are: each declares all that it uses. */
interface Plan {
  /** The assertion, not yet signed. */
  readonly assertion: string
  /** The Response around an assertion, unless that is what it is given. */
  readonly whole: (text: string) => string
}

/** Prepares one signature over the text so far. */
type Step = (text: string) => ToBeSigned<string>

interface Planned {
  readonly plan: Plan
  readonly steps: readonly Step[]
  readonly keyInfo: KeyInfo | undefined
  readonly alg: Signer['alg']
}

/** All of it but the signatures; nothing is signed of which a rule says that it would be refused. */
function planOf(login: Login, options: IssueResponseAsyncOptions): Verdict<Planned> {
  checkOptions(options)
  const { sign = 'assertion', signer } = options
  if (!['assertion', 'response', 'both'].includes(sign)) misuse('sign must be assertion, response or both.')
  checkSigner(signer)
  const { alg } = signer
  const keyInfo = keyInfoOf(options.certificate)
  const context = contextOf(login, options)
  const element = buildAssertion(login, context)
  const response = buildResponse(login, context, element)
  const assertion = canonicalize(element)
  const signature = sign === 'response' ? 0 : signatureCharacters(keyInfo?.text)
  const characters = charactersIn(assertion, 0, assertion.length, MAX_ASSERTION_CHARACTERS - signature)
  const subject = {
    login,
    entityID: options.entityID,
    response,
    assertion,
    assertionCharacters: characters + signature,
  }
  const findings = faultsOf(subject, options, element)
  const [first, ...rest] = findings
  if (first !== undefined && hasError(findings)) return refused([first, ...rest])

  const around = canonicalize(response, { omit: element })
  const inResponse = (text: string): string =>
    `${around.slice(0, -RESPONSE_END.length)}${text}${RESPONSE_END}`
  const signed =
    (id: string): Step =>
    (text) => {
      const { bytes, finish } = signatureOf(text, id, alg, keyInfo?.text)
      return { bytes, finish: (value) => behindIssuer(text, canonicalize(finish(value))) }
    }
  const signing = { keyInfo, alg }
  const ofAssertion = signed(context.assertionID)
  const ofResponse = signed(context.responseID)
  if (sign === 'assertion')
    return accepted({ plan: { assertion, whole: inResponse }, steps: [ofAssertion], ...signing }, findings)
  const whole = (text: string): string => text
  if (sign === 'response')
    return accepted(
      { plan: { assertion, whole }, steps: [(text) => ofResponse(inResponse(text))], ...signing },
      findings,
    )
  return accepted(
    { plan: { assertion, whole }, steps: [ofAssertion, (text) => ofResponse(inResponse(text))], ...signing },
    findings,
  )
}

const RESPONSE_END = '</samlp:Response>'
const ISSUER_END = '</saml:Issuer>'

/** Where SAML has an element's signature. In canonical text the first such end tag is the issuer's: no value holds a tag. */
function behindIssuer(text: string, signature: string): string {
  const at = text.indexOf(ISSUER_END) + ISSUER_END.length
  return text.slice(0, at) + signature + text.slice(at)
}

/** About as long as a Signature is: that of an RSA key of 4096 bits, with what goes into KeyInfo. */
function signatureCharacters(keyInfo: string | undefined): number {
  return 1_600 + (keyInfo?.length ?? 0)
}

function faultsOf(
  issue: IssueSubject,
  { entityID, now }: IssueOptions,
  assertion: XmlElement,
): readonly Finding[] {
  const { login, response, assertionCharacters } = issue
  const issued = failingRules(issueRules, issue)
  const subject: ResponseSubject = {
    // The receiver's rules about the person, the times and the attributes; the rest is right by construction.
    settings: {
      idp: { entityID, certificates: [] },
      sp: spOf(login),
      now,
      clockSkewSeconds: 0,
      maxAssertionLifetimeSeconds: DEFAULT_MAX_ASSERTION_LIFETIME_SECONDS,
      inResponseTo: undefined,
      abac: login.to === 'identity-center' && login.abac !== 'off',
      profile: login.to === 'identity-center' ? 'identity-center' : 'service-provider',
      allowSHA1: false,
      allowExpiredCertificates: false,
    },
    root: response,
    elements: [],
    signatures: [],
    strays: [],
    response: {
      id: attributeOf(response, 'ID'),
      version: '2.0',
      issueInstant: undefined,
      destination: undefined,
      inResponseTo: undefined,
      issuers: [],
    },
    responseSigned: false,
    assertion: readAssertion(assertion),
    assertionCharacters,
    verifiedBy: undefined,
    usesSHA1: false,
  }
  return findingsOf([...issued, ...failingRules(receiverRules, subject)])
}

const receiverRules = [
  ...partyRules.filter(({ id }) => id === 'saml/connector'),
  ...timeRules,
  ...subjectRules,
  ...attributeRules,
]

function contextOf(login: Login, { entityID, now, newID }: IssueOptions): IssueContext {
  checkLogin(login)
  if (typeof newID !== 'function') misuse('newID must be a function.')
  // The same demands as a receiver makes of the names of both sides.
  const sp = spOf(login)
  checkParties({ idp: { entityID }, sp, now })
  for (const name of ['authnInstant', 'lifetimeSeconds'] as const) {
    const value = login[name]
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 0 || value > LAST_INSTANT))
      misuse(`login.${name} must be a whole number of seconds.`)
  }
  const session = login.to === 'account' ? 0 : (login.sessionDurationSeconds ?? 0)
  const sessionEnd = (login.authnInstant ?? now) + session
  if (typeof session !== 'number' || !(sessionEnd >= 0 && sessionEnd <= LAST_INSTANT))
    misuse('login.sessionDurationSeconds ends before 1970 or beyond the year 9999.')
  if (now + (login.lifetimeSeconds ?? 0) > LAST_INSTANT - 86_400)
    misuse('The assertion ends beyond the year 9999.')
  const [responseID, assertionID] = [newID(), newID()]
  for (const id of [responseID, assertionID])
    if (typeof id !== 'string' || !ID_FORM.test(id)) misuse('newID must answer an XML name.')
  if (responseID === assertionID) misuse('newID must answer another ID each time.')
  return { entityID, now, responseID, assertionID }
}
