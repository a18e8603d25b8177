import {
  durationFaults,
  parseRoleArn,
  sessionTagFaults,
  sourceIdentityFaults,
  splitArn,
  STS_LIMITS,
  textFaults,
  transitiveTagFaults,
} from '../../core/sts/index.js'
import type { CheckResult, Fault, Rule } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { ACCESS_CONTROL, ID_FORM } from '../names.js'
import { illegalCharacterIn } from '../xml/characters.js'
import type { XmlElement } from '../xml/document.js'
import { pathOf, allElementsOf } from '../xml/query.js'
import { MAX_ASSERTION_CHARACTERS } from '../response/responseRules.js'
import { endpointFault, endpointMessages } from '../bindings/endpoint.js'
import { spOf } from './build.js'
import type { Login } from './login.js'

export interface IssueSubject {
  readonly login: Login
  /** Built, not yet signed. */
  readonly response: XmlElement
  /** The issuer's. */
  readonly entityID: string
  /** The assertion in it, in canonical form. */
  readonly assertion: string
  /** The characters of the signed assertion, as far as they are known before signing. */
  readonly assertionCharacters: number
}

export type IssueRule = Rule<IssueSubject>

const rule = (row: Omit<IssueRule, 'severity'>): IssueRule => ({ severity: 'error', ...row })

/** What is asked of a sign-in before it is signed, beside the rules that its receiver has. */
export const issueRules: readonly IssueRule[] = [
  rule({
    id: 'saml/issue-characters',
    source: 'XML 1.0 2.2; attack S98',
    title: 'Every value holds only characters that XML can hold',
    fix: 'Remove control characters and halves of surrogate pairs from the value.',
    check: ({ response, assertion }) => {
      // What the Response says beside its assertion, its assertion says, too.
      if (illegalCharacterIn(assertion) < 0) return []
      const faults: Fault[] = []
      for (const element of allElementsOf(response)) {
        const texts = [
          ...element.attributes.map(({ local, value }) => [`@${local}`, value] as const),
          ...element.children.flatMap((child) => (typeof child === 'string' ? [['', child] as const] : [])),
        ]
        for (const [place, text] of texts) {
          const at = illegalCharacterIn(text)
          if (at < 0) continue
          const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')
          faults.push({
            reason: 'illegal',
            path: `${pathOf(element)}${place && `/${place}`}`,
            actual: `U+${code}`,
            message: 'XML cannot hold this character.',
          })
        }
      }
      return faults.slice(0, 20)
    },
  }),
  rule({
    id: 'saml/issue-size',
    source: 'R079; R342',
    title: 'An assertion has 50,000 characters at the most',
    fix: 'Send fewer or shorter attributes.',
    check: ({ assertionCharacters }) =>
      assertionCharacters <= MAX_ASSERTION_CHARACTERS
        ? []
        : [
            {
              reason: 'too-large',
              path: 'attributes',
              expected: `at most ${MAX_ASSERTION_CHARACTERS}`,
              actual: String(assertionCharacters),
              message: 'The assertion is too long.',
            },
          ],
  }),
  rule({
    id: 'saml/issue-parties',
    source: 'R008; R010; SAML Core 8.3.6; attacks S97, S99',
    title: 'A sign-in goes to an https URL, between two entityIDs, in answer to a request that can be',
    fix: 'Take the ACS URL and the entityIDs from the metadata of the two sides, and inResponseTo from the request.',
    check: ({ login, entityID }) => {
      const sp = spOf(login)
      const faults: Fault[] = []
      const wrong = endpointFault(sp.acsURL)
      if (wrong !== undefined)
        faults.push({
          reason: wrong,
          path: 'sp.acsURL',
          actual: shown(sp.acsURL),
          message: endpointMessages[wrong],
        })
      for (const [path, id] of [
        ['entityID', entityID],
        ['sp.entityID', sp.entityID],
      ] as const) {
        if (/^\S{1,1024}$/u.test(id)) continue
        const message = 'An entityID has 1 to 1,024 characters, and no white space.'
        faults.push({ reason: 'entity-id', path, actual: shown(id), message })
      }
      const { inResponseTo } = login
      if (inResponseTo !== undefined && !ID_FORM.test(inResponseTo)) {
        const message = 'No request has such an ID.'
        faults.push({ reason: 'in-response-to', path: 'inResponseTo', actual: shown(inResponseTo), message })
      }
      return faults
    },
  }),
  rule({
    id: 'saml/issue-session-tags',
    source: 'R110; STS API Tag',
    title:
      'Session tags keep the limits of STS: 50 tags, keys of 1 to 128 and values of 0 to 256 characters, no key twice in any case',
    fix: 'Correct the tag that the path names.',
    check: ({ login }) => {
      if (login.to === 'application') return 'notApplicable'
      const tags = tagsOf(login)
      const transitive = login.to === 'account' ? login.transitiveTagKeys : undefined
      return [
        ...sessionTagFaults(tags, 'tags').map((fault) => placed(fault, tags)),
        ...(transitive ? transitiveTagFaults(transitive, tags, [], 'transitiveTagKeys') : []),
      ]
    },
  }),
  rule({
    id: 'saml/issue-role',
    source: 'R105; STS API AssumeRoleWithSAML',
    title: 'A sign-in to an account offers roles, each with the SAML provider of its account',
    fix: 'Give the ARN of a role and the ARN of a SAML provider in the same account.',
    check: ofAccount(({ roles }) => {
      if (roles.length === 0) return [{ reason: 'missing', path: 'roles', message: 'There is no role.' }]
      const seen = new Set<string>()
      return roles.flatMap((role, index) => {
        const pair = `${role.roleArn},${role.providerArn}`
        if (seen.has(pair))
          return [
            { reason: 'duplicate', path: `roles[${index}]`, message: 'The same role is offered twice.' },
          ]
        seen.add(pair)
        return roleFaults(role, `roles[${index}]`)
      })
    }),
  }),
  rule({
    id: 'saml/issue-role-session-name',
    source: 'STS API AssumeRole; R099',
    title: 'The role session name has 2 to 64 characters of those that STS allows',
    fix: 'Use the userName, or replace what STS does not allow.',
    check: ofAccount(({ roleSessionName }) =>
      textFaults(roleSessionName, STS_LIMITS.roleSessionName, 'roleSessionName'),
    ),
  }),
  rule({
    id: 'saml/issue-session-duration',
    source: 'STS API AssumeRoleWithSAML; R076',
    title: 'A role session lasts 900 to 43,200 seconds; a session at an application lasts at all',
    fix: 'Correct sessionDurationSeconds.',
    check: ({ login }) => {
      if (login.sessionDurationSeconds === undefined) return 'notApplicable'
      const path = 'sessionDurationSeconds'
      if (login.to === 'account')
        return durationFaults(login.sessionDurationSeconds, { chained: false }, path)
      return Number.isSafeInteger(login.sessionDurationSeconds) && login.sessionDurationSeconds > 0
        ? []
        : [
            {
              reason: 'type',
              path,
              expected: 'whole seconds, more than 0',
              actual: String(login.sessionDurationSeconds),
              message: 'This is no duration.',
            },
          ]
    },
  }),
  rule({
    id: 'saml/issue-source-identity',
    source: 'STS API AssumeRoleWithSAML',
    title:
      'The source identity has 2 to 64 characters of those that STS allows, and does not begin with aws:',
    fix: 'Use the userName, or replace what STS does not allow.',
    check: ofAccount(({ sourceIdentity }) =>
      sourceIdentity === undefined ? 'notApplicable' : sourceIdentityFaults(sourceIdentity, 'sourceIdentity'),
    ),
  }),
]

interface GivenTag {
  readonly Key: string
  readonly Value: string | undefined
  /** Where the sign-in has it, for a finding. */
  readonly path: () => string
}

/** The session tags of a sign-in, however they are given: also an attribute may have the name of one. */
function tagsOf(login: Exclude<Login, { to: 'application' }>): readonly GivenTag[] {
  const member = login.to === 'account' ? 'principalTags' : 'accessControl'
  const given = Object.entries((login.to === 'account' ? login.principalTags : login.accessControl) ?? {})
  const named = login.to === 'account' ? [] : (login.attributes ?? [])
  return [
    ...given.map(([Key, Value]) => ({ Key, Value, path: () => `${member}[${shown(Key)}]` })),
    ...named.flatMap(({ name, values }, index) =>
      name.startsWith(ACCESS_CONTROL)
        ? [{ Key: name.slice(ACCESS_CONTROL.length), Value: values[0], path: () => `attributes[${index}]` }]
        : [],
    ),
  ]
}

/** A fault of `tags[1].Value`, with the place at which the caller gave it. */
function placed(fault: Fault, tags: readonly GivenTag[]): Fault {
  const index = /^tags\[(\d+)\]/.exec(fault.path ?? '')?.[1]
  const path = index === undefined ? 'accessControl' : tags[Number(index)]?.path()
  return { ...fault, path: path ?? fault.path }
}

function ofAccount(
  check: (login: Extract<Login, { to: 'account' }>) => CheckResult,
): (subject: IssueSubject) => CheckResult {
  return ({ login }) => (login.to === 'account' ? check(login) : 'notApplicable')
}

function roleFaults(
  { roleArn, providerArn }: { roleArn: string; providerArn: string },
  path: string,
): readonly Fault[] {
  const role = parseRoleArn(roleArn)
  const provider = splitArn(providerArn)
  const faults: Fault[] = []
  // A comma would part the pair at another place.
  if (typeof role === 'string' || roleArn.includes(','))
    faults.push({
      reason: 'role-arn',
      path: `${path}.roleArn`,
      actual: shown(roleArn),
      message: 'This is not the ARN of a role.',
    })
  const ofProvider =
    typeof provider !== 'string' &&
    provider.service === 'iam' &&
    /^saml-provider\/[\w._-]{1,128}$/.test(provider.resource)
  if (!ofProvider)
    faults.push({
      reason: 'provider-arn',
      path: `${path}.providerArn`,
      actual: shown(providerArn),
      message: 'This is not the ARN of a SAML provider.',
    })
  if (
    typeof role !== 'string' &&
    typeof provider !== 'string' &&
    ofProvider &&
    role.account !== provider.account
  )
    faults.push({
      reason: 'other-account',
      path,
      expected: role.account,
      actual: provider.account,
      message: 'Role and provider are of different accounts.',
    })
  return faults
}
