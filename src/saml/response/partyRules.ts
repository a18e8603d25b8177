import type { CheckResult, Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import type { NameIDReading } from '../assertion.js'
import { differenceFaults } from '../differ.js'
import { ENTITY_FORMAT, IAM_ACS, IAM_ACS_FORM, IAM_AUDIENCE } from '../names.js'
import { ASSERTION, CONDITIONS, CONFIRMATION_DATA } from './paths.js'
import { ofAssertion, responseRule, type ResponseRule, type ResponseSubject } from './subject.js'

/** Who made a Response, for whom, and in answer to what. */
export const partyRules: readonly ResponseRule[] = [
  responseRule({
    id: 'saml/connector',
    source: 'R010',
    title: 'The message is for Identity Center, not for the SAML federation of IAM',
    fix: 'In the identity provider, use the application that was made for AWS IAM Identity Center. The ones called "AWS" or "AWS account federation" send people to another door.',
    check: connectorFaults,
  }),
  responseRule({
    id: 'saml/issuer',
    source: 'R019; SAML Profiles 4.1.4.2; attacks S48, S85',
    title:
      "The issuer is the identity provider's entityID, to the letter, in the Response and in the assertion",
    fix: "Configure the entityID that the identity provider's metadata states.",
    check: issuerFaults,
  }),
  responseRule({
    id: 'saml/destination',
    source: 'R008; SAML Bindings 3.5.5.2; attack S82',
    title: 'The destination is the ACS URL, to the letter; a signed Response states one',
    fix: "Copy the ACS URL, as the service provider's console or metadata states it, into the configuration of the identity provider, with nothing added or left out.",
    check: ({ response: { destination }, responseSigned, settings }) => {
      if (destination === undefined && !responseSigned) return 'notApplicable'
      return differenceFaults('/Response/@Destination', settings.sp.acsURL, destination)
    },
  }),
  responseRule({
    id: 'saml/recipient',
    source: 'R008; SAML Profiles 4.1.4.2; attack S81',
    title: 'The recipient is the ACS URL, to the letter',
    fix: "Copy the ACS URL, as the service provider's console or metadata states it, into the configuration of the identity provider, with nothing added or left out.",
    check: ofAssertion(({ confirmations: [first] }, { settings }) =>
      first
        ? differenceFaults(`${CONFIRMATION_DATA}/@Recipient`, settings.sp.acsURL, first.recipient)
        : 'cantTell',
    ),
  }),
  responseRule({
    id: 'saml/audience',
    source: 'R050; SAML Core 2.5.1.4; attack S80',
    title:
      "The audience is the service provider's entityID, to the letter; of several restrictions each names it",
    fix: "Set the audience (also called entity ID) in the identity provider's console to the service provider's entityID: of Identity Center its issuer URL.",
    check: audienceFaults,
  }),
  responseRule({
    id: 'saml/in-response-to',
    source: 'R030; SAML Profiles 4.1.4.3, 4.1.5; attacks S83, S84',
    title: 'The Response answers the request that is outstanding, or none where none is',
    fix: 'Begin the sign-in anew. If it began at the identity provider, allow unsolicited responses; if it began here, the response must name the request.',
    check: inResponseToFaults,
  }),
  responseRule({
    id: 'saml/in-response-to-unchecked',
    severity: 'warning',
    source: 'R030; SAML Profiles 4.1.5',
    title: 'Whether the Response answers a request of ours was checked',
    fix: 'Pass inResponseTo: the ids of the outstanding requests, or null where only unsolicited responses are expected; on the command line --in-response-to ID, or none.',
    check: ({ settings }) =>
      settings.inResponseTo === undefined
        ? [{ reason: 'unchecked', message: 'Responses to any request, and to none, are taken.' }]
        : [],
  }),
]

/** More faults of one kind than a person wants to read. */
const MANY = 20

function issuerFaults({ response, responseSigned, assertion, settings }: ResponseSubject): CheckResult {
  const { entityID } = settings.idp
  const ofOne = (path: string, issuers: readonly NameIDReading[], needed: boolean): readonly Fault[] => {
    const [first, second] = issuers
    if (!first)
      return needed
        ? [{ reason: 'missing', path, expected: shown(entityID), message: 'The issuer is missing.' }]
        : []
    if (second) return [{ reason: 'several', path, message: 'There are several issuers.' }]
    const wrong = issuerFormatFaults(path, first)
    return wrong.length > 0 ? wrong : differenceFaults(path, entityID, first.value)
  }
  return [
    ...ofOne('/Response/Issuer', response.issuers, responseSigned),
    ...(assertion ? ofOne(`${ASSERTION}/Issuer`, assertion.issuers, true) : []),
  ]
}

function audienceFaults({ assertion, settings }: ResponseSubject): CheckResult {
  if (!assertion) return 'cantTell'
  const path = `${CONDITIONS}/AudienceRestriction/Audience`
  const restrictions = assertion.conditions.flatMap(({ audienceRestrictions }) => audienceRestrictions)
  const { entityID } = settings.sp
  if (restrictions.length === 0)
    return [
      { reason: 'missing', path, expected: shown(entityID), message: 'The assertion names no audience.' },
    ]
  // Every restriction must hold; of those that do not, some are told.
  const failing = restrictions.filter((audiences) => !audiences.includes(entityID))
  return failing.slice(0, MANY).flatMap((audiences): readonly Fault[] => {
    const [closest] = audiences
    return audiences.length === 1
      ? differenceFaults(path, entityID, closest)
      : [
          {
            reason: 'mismatch',
            path,
            expected: shown(entityID),
            actual: audiences
              .slice(0, 5)
              .map((audience) => shown(audience))
              .join(', '),
            message: 'None of the audiences is the one here.',
          },
        ]
  })
}

function connectorFaults({ response, assertion, settings }: ResponseSubject): CheckResult {
  if (settings.profile !== 'identity-center') return 'notApplicable'
  const { destination } = response
  // One finding: it is one mistake, however often the message repeats it.
  if (isIAM(destination)) return [connectorFault('/Response/@Destination', destination)]
  for (const { recipient } of assertion?.confirmations ?? [])
    if (isIAM(recipient)) return [connectorFault(`${CONFIRMATION_DATA}/@Recipient`, recipient)]
  for (const { audienceRestrictions } of assertion?.conditions ?? [])
    for (const audiences of audienceRestrictions)
      for (const audience of audiences)
        if (isIAM(audience)) return [connectorFault(`${CONDITIONS}/AudienceRestriction/Audience`, audience)]
  return []
}

/** Whether an address or a name is that of the SAML federation of IAM. */
function isIAM(url: string | undefined): boolean {
  return url !== undefined && (url === IAM_AUDIENCE || url === IAM_ACS || IAM_ACS_FORM.test(url))
}

function connectorFault(path: string, url: string | undefined): Fault {
  const message = 'This is the SAML federation of IAM, not Identity Center.'
  return { reason: 'iam-federation', path, actual: shown(url), message }
}

/** Of an ID here and of ours; SAML bounds none. */
const MAX_ID_CHARACTERS = 256

function inResponseToFaults({ response, assertion, settings }: ResponseSubject): CheckResult {
  if (!assertion) return 'cantTell'
  const outstanding = settings.inResponseTo
  const places: readonly (readonly [string, string | undefined])[] = [
    ['/Response/@InResponseTo', response.inResponseTo],
    [`${CONFIRMATION_DATA}/@InResponseTo`, assertion.confirmations[0]?.inResponseTo],
  ]
  const said = places.filter(([, id]) => id !== undefined)
  const empty = said.find(([, id]) => id === '')
  if (empty) {
    const message = 'An empty InResponseTo answers nothing: an unsolicited response leaves it out.'
    return [{ reason: 'empty', path: empty[0], message }]
  }
  const long = said.find(([, id]) => (id ?? '').length > MAX_ID_CHARACTERS)
  if (long) {
    const message = 'No request has such an ID.'
    return [{ reason: 'form', path: long[0], expected: `at most ${MAX_ID_CHARACTERS} characters`, message }]
  }
  const [one, other] = said
  if (one && other && one[1] !== other[1])
    return [
      {
        reason: 'disagree',
        path: one[0],
        expected: shown(other[1]),
        actual: shown(one[1]),
        message: 'Response and assertion answer different requests.',
      },
    ]
  if (outstanding === undefined) return []
  if (outstanding === null)
    return said.map(([path, id]) => ({
      reason: 'solicited',
      path,
      expected: 'absent',
      actual: shown(id),
      message: 'The Response answers a request, and none is outstanding.',
    }))
  return places.flatMap(([path, id]): readonly Fault[] => {
    if (id === undefined)
      return [{ reason: 'missing', path, message: 'The Response does not say which request it answers.' }]
    if (outstanding.includes(id)) return []
    return [
      {
        reason: 'mismatch',
        path,
        expected:
          outstanding
            .slice(0, 3)
            .map((known) => shown(known))
            .join(' or ') || 'no request is outstanding',
        actual: shown(id),
        message: 'The Response answers another request.',
      },
    ]
  })
}

/** An issuer is an entity: its Format says so, or nothing. */
export function issuerFormatFaults(path: string, { format }: NameIDReading): readonly Fault[] {
  if (format === undefined || format === ENTITY_FORMAT) return []
  const message = 'The issuer is not an entity.'
  return [
    { reason: 'format', path: `${path}/@Format`, expected: ENTITY_FORMAT, actual: shown(format), message },
  ]
}
