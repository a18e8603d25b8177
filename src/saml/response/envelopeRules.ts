import type { Fault, RuleRow } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { DSIG, SAML, SAMLP, STATUS_SUCCESS } from '../names.js'
import type { XmlElement } from '../xml/document.js'
import {
  attributeOf,
  childrenNamed,
  elementsOf,
  holdsElementsOnly,
  isElement,
  pathOf,
  textOf,
} from '../xml/query.js'
import type { MessageRule, MessageSubject } from './subject.js'

const rule = (row: Omit<MessageRule, 'severity'>): MessageRule => ({ severity: 'error', ...row })

/** More faults of one kind than a person wants to read, or a machine to make. */
const MANY = 20

/** The schema's order of a Response's children. */
const ORDER: readonly (readonly [namespace: string, local: string])[] = [
  [SAML, 'Issuer'],
  [DSIG, 'Signature'],
  [SAMLP, 'Extensions'],
  [SAMLP, 'Status'],
  [SAML, 'Assertion'],
]

/** Of every message: what is signed is named by its ID. */
export const idRow: RuleRow = {
  severity: 'error',
  id: 'saml/id',
  source: 'SAML Core 1.3.4; XML 1.0 3.3.1; attacks S22, S23',
  title: 'Response and Assertion have an ID, of their own and in the attribute ID',
  fix: 'Give each element one attribute ID whose value occurs nowhere else in the message; it does not begin with a digit.',
}

/** Of a message of another kind the other rules could only say what it lacks of a Response. */
export const rootRules: readonly MessageRule[] = [
  rule({
    id: 'saml/response',
    source: 'SAML Core 3.3.3; attack S33',
    title: 'The root is a Response of the SAML 2.0 protocol',
    fix: "Send the samlp:Response that the identity provider answers with, not a request, an assertion alone or another system's message.",
    check: ({ root }) =>
      isElement(root, SAMLP, 'Response')
        ? []
        : [
            {
              reason: root.local === 'Response' ? 'namespace' : 'root',
              path: pathOf(root),
              expected: `Response of ${SAMLP}`,
              actual: shown(`${root.local} of ${root.namespace === '' ? 'no namespace' : root.namespace}`),
              message: 'The message is no SAML 2.0 Response.',
            },
          ],
  }),
]

/** What shape a message has. Only a message of the right shape is asked who signed it. */
export const envelopeRules: readonly MessageRule[] = [
  rule({
    id: 'saml/response-structure',
    source: 'SAML Core 3.2.2, 3.3.3; attacks S05, S63',
    title: 'A Response holds what the schema allows, in its order, each but the assertion once',
    fix: 'Have the identity provider write Issuer, Signature, Extensions, Status and Assertion, in this order and nothing else.',
    check: ({ root }) => {
      let reached = -1
      const faults: Fault[] = []
      for (const child of elementsOf(root)) {
        if (faults.length === MANY) break
        const place = ORDER.findIndex(([namespace, local]) => isElement(child, namespace, local))
        // Assertions are counted, and encrypted ones refused, by rules of their own.
        if (isElement(child, SAML, 'EncryptedAssertion')) continue
        const again = place === reached && place !== ORDER.length - 1
        if (place < 0 || place < reached || again) {
          const reason = place < 0 ? 'unexpected' : again ? 'several' : 'order'
          faults.push({
            reason,
            path: pathOf(child),
            actual: shown(child.local),
            message: 'This element has no place here.',
          })
        }
        reached = Math.max(reached, place)
      }
      if (!holdsElementsOnly(root))
        faults.push({
          reason: 'text',
          path: '/Response',
          message: 'Text stands between the elements of the Response.',
        })
      return faults
    },
  }),
  { ...idRow, check: ({ elements }) => idFaults(elements) },
  rule({
    id: 'saml/encrypted-assertion',
    source: 'R007; attack S49',
    title: 'The assertion is not encrypted',
    fix: "Turn assertion encryption off for this application in the identity provider's console: Identity Center does not support it.",
    check: ({ elements }) =>
      faultsOf(elements, (element) => {
        const { local, namespace } = element
        if (!local.startsWith('Encrypted') || namespace !== SAML || !ENCRYPTED.has(local)) return undefined
        const message = 'A part of the message is encrypted; nothing was decrypted.'
        return { reason: 'encrypted', path: pathOf(element), actual: local, message }
      }),
  }),
  rule({
    id: 'saml/status',
    source: 'SAML Core 3.2.2.2; attacks S08, S90',
    title: 'The status of the Response is Success',
    fix: 'The identity provider refused the sign-in: its own log tells why. Mostly the person is not assigned to the application, or the request asked for something that it does not support.',
    check: statusFaults,
  }),
  rule({
    id: 'saml/assertion-count',
    source: 'R006; attacks S02, S04, S05, S92',
    title: 'The Response holds one Assertion, as its child, and no other anywhere',
    fix: 'Have the identity provider send a single assertion.',
    check: (subject) => {
      const assertions = subject.elements.filter((element) => isElement(element, SAML, 'Assertion'))
      const count = assertions.length
      const elsewhere = assertions.find(({ parent }) => parent !== subject.root)
      if (count === 0) {
        return isRefusal(subject)
          ? 'notApplicable'
          : [
              {
                reason: 'none',
                path: '/Response',
                expected: '1',
                actual: '0',
                message: 'There is no assertion.',
              },
            ]
      }
      if (count > 1)
        return [
          {
            reason: 'several',
            path: '/Response',
            expected: '1',
            actual: String(count),
            message: 'There are several assertions.',
          },
        ]
      return elsewhere
        ? [
            {
              reason: 'misplaced',
              path: pathOf(elsewhere),
              expected: '/Response/Assertion',
              message: 'The assertion stands where none may.',
            },
          ]
        : []
    },
  }),
  rule({
    id: 'saml/comment',
    source: 'attacks S28, S29',
    title: 'No comment stands in a NameID or an AttributeValue',
    fix: 'Remove the comment: some readers would read only the text before it.',
    check: ({ elements }) =>
      faultsOf(elements, (element) =>
        element.hasComment && element.namespace === SAML && VALUES.has(element.local)
          ? { reason: 'present', path: pathOf(element), message: 'A comment parts this value.' }
          : undefined,
      ),
  }),
]

const ENCRYPTED: ReadonlySet<string> = new Set(['EncryptedAssertion', 'EncryptedID', 'EncryptedAttribute'])
const VALUES: ReadonlySet<string> = new Set(['NameID', 'AttributeValue'])

function faultsOf(
  elements: readonly XmlElement[],
  check: (element: XmlElement) => Fault | undefined,
): readonly Fault[] {
  const faults: Fault[] = []
  for (const element of elements) {
    const fault = check(element)
    if (fault && faults.push(fault) === MANY) break
  }
  return faults
}

export function idFaults(elements: readonly XmlElement[]): readonly Fault[] {
  const faults: Fault[] = []
  const seen = new Set<string>()
  for (const element of elements) {
    if (faults.length >= MANY) break
    let id: string | undefined
    for (const { namespace, local, value } of element.attributes) {
      // Every attribute that some reader takes for an ID, in whatever spelling.
      if (local.length !== 2 || local.toLowerCase() !== 'id') continue
      const path = (): string => `${pathOf(element)}/@${local}`
      if (seen.has(value)) {
        const message = 'Two elements have this ID.'
        faults.push({ reason: 'duplicate', path: path(), actual: shown(value), message })
      }
      seen.add(value)
      if (namespace === '' && local === 'ID') id = value
      else if (isOfSAML(element)) {
        const message = 'This is not the attribute ID.'
        faults.push({ reason: 'attribute', path: path(), expected: 'ID', actual: local, message })
      }
    }
    const needed = element.local === 'Response' || element.local === 'Assertion'
    if (!needed || !isOfSAML(element)) continue
    const path = `${pathOf(element)}/@ID`
    if (id === undefined) faults.push({ reason: 'missing', path, message: 'The element has no ID.' })
    else if (id.length > 256 || !/^[A-Za-z_][A-Za-z0-9._-]*$/.test(id)) {
      const message =
        'An ID is a name of 256 ASCII letters, digits, _ - and . at the most that begins with a letter or _.'
      faults.push({ reason: 'form', path, actual: shown(id), message })
    }
  }
  return faults
}

function isOfSAML({ namespace }: XmlElement): boolean {
  return namespace === SAMLP || namespace === SAML
}

const STATUS_FIX = 'Have the identity provider write one Status with one StatusCode.'

/** Whether a Response already says, or shows, why it holds no plain assertion. */
export function isRefusal(subject: MessageSubject): boolean {
  return (
    statusFaults(subject).length > 0 || childrenNamed(subject.root, SAML, 'EncryptedAssertion').length > 0
  )
}

function statusFaults({ root }: MessageSubject): readonly Fault[] {
  const path = '/Response/Status/StatusCode/@Value'
  const [status] = childrenNamed(root, SAMLP, 'Status')
  const codes = status ? childrenNamed(status, SAMLP, 'StatusCode') : []
  const [code] = codes
  const value = code && attributeOf(code, 'Value')
  if (!status || !code || value === undefined)
    return [
      {
        reason: 'missing',
        path,
        expected: STATUS_SUCCESS,
        message: 'The Response has no status.',
        fix: STATUS_FIX,
      },
    ]
  if (codes.length > 1)
    return [{ reason: 'several', path, message: 'The Response has several status codes.', fix: STATUS_FIX }]
  if (value === STATUS_SUCCESS) return []
  const [nested] = childrenNamed(code, SAMLP, 'StatusCode')
  const [text] = childrenNamed(status, SAMLP, 'StatusMessage')
  const second = nested && attributeOf(nested, 'Value')
  const said = text && textOf(text)
  return [
    {
      reason: 'not-success',
      path,
      expected: STATUS_SUCCESS,
      actual: [value, second, said]
        .filter((part) => part !== undefined)
        .map((part) => shown(part))
        .join(' '),
      message: 'The identity provider answers that the sign-in failed.',
    },
  ]
}
