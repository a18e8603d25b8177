import type { Fault } from '../../core/rule.js'
import { shown } from '../../core/shown.js'
import { DSIG, SAML, SAMLP } from '../names.js'
import { idFaults, idRow } from '../response/envelopeRules.js'
import type { XmlElement } from '../xml/document.js'
import { allElementsOf, attributeOf, elementsOf, holdsElementsOnly, isElement, pathOf } from '../xml/query.js'
import { requestRule as rule, type RequestRule } from './subject.js'

/** The schema's order of a request's children; none comes twice. */
const ORDER: readonly (readonly [namespace: string, local: string])[] = [
  [SAML, 'Issuer'],
  [DSIG, 'Signature'],
  [SAMLP, 'Extensions'],
  [SAML, 'Subject'],
  [SAMLP, 'NameIDPolicy'],
  [SAML, 'Conditions'],
  [SAMLP, 'RequestedAuthnContext'],
  [SAMLP, 'Scoping'],
]

/** All of SAML that a request may hold, anywhere: no assertion, and no message. */
const INSIDE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    SAMLP,
    new Set([
      'Extensions',
      'NameIDPolicy',
      'RequestedAuthnContext',
      'Scoping',
      'IDPList',
      'IDPEntry',
      'GetComplete',
      'RequesterID',
    ]),
  ],
  [
    SAML,
    new Set([
      'Issuer',
      'Subject',
      'NameID',
      'BaseID',
      'SubjectConfirmation',
      'SubjectConfirmationData',
      'Conditions',
      'AudienceRestriction',
      'Audience',
      'OneTimeUse',
      'ProxyRestriction',
      'AuthnContextClassRef',
      'AuthnContextDeclRef',
    ]),
  ],
])

/** What shape a request has. Only one of the right shape is asked who signed it. */
export const requestShapeRules: readonly RequestRule[] = [
  rule({
    id: 'saml/request',
    source: 'SAML Core 3.4.1; attack S33',
    title: 'The root is an AuthnRequest of the SAML 2.0 protocol',
    fix: 'Send the samlp:AuthnRequest with which a sign-in begins: no logout, no response.',
    check: ({ root }) =>
      isRequest(root)
        ? []
        : [
            {
              reason: root.local === 'AuthnRequest' ? 'namespace' : 'root',
              path: pathOf(root),
              expected: `AuthnRequest of ${SAMLP}`,
              actual: shown(`${root.local} of ${root.namespace === '' ? 'no namespace' : root.namespace}`),
              message: 'The message is no SAML 2.0 AuthnRequest.',
            },
          ],
  }),
  rule({
    id: 'saml/request-structure',
    source: 'SAML Core 3.2.1, 3.4.1; attacks S05, S63',
    title: 'An AuthnRequest holds what the schema allows, in its order, each once',
    fix: 'Write Issuer, Signature, Extensions, NameIDPolicy, Conditions, RequestedAuthnContext and Scoping, in this order and nothing else.',
    check: ofRequest((root) => {
      let reached = -1
      const faults: Fault[] = []
      for (const child of elementsOf(root)) {
        const place = ORDER.findIndex(([namespace, local]) => isElement(child, namespace, local))
        if (place <= reached) {
          const reason = place < 0 ? 'unexpected' : place === reached ? 'several' : 'order'
          const message = 'This element has no place here.'
          faults.push({ reason, path: pathOf(child), actual: shown(child.local), message })
        }
        reached = Math.max(reached, place)
      }
      if (!holdsElementsOnly(root))
        faults.push({ reason: 'text', path: pathOf(root), message: 'Text stands between the elements.' })
      return faults.slice(0, 20)
    }),
  }),
  rule({
    id: 'saml/request-nested',
    source: 'attacks S04, S05, S06',
    title: 'No assertion and no other message stands anywhere in a request',
    fix: 'Send the request alone. What a request has to say is in its attributes and its own elements.',
    check: ofRequest((root) => {
      const faults: Fault[] = []
      const visit = (element: XmlElement): void => {
        if (element !== root && INSIDE.get(element.namespace)?.has(element.local) === false) {
          const reason = reasonOf(element)
          const message = 'This stands in no request.'
          if (faults.length < 20)
            faults.push({ reason, path: pathOf(element), actual: shown(element.local), message })
          // What stands in it goes with it.
        } else elementsOf(element).forEach(visit)
      }
      visit(root)
      return faults
    }),
  }),
  // Wrapping by IDs is refused in a request exactly as in a Response.
  { ...idRow, check: ({ root }) => idFaults(allElementsOf(root)) },
  rule({
    id: 'saml/request-id',
    source: 'SAML Core 1.3.4, 3.2.1; XML 1.0 3.3.1; attack S23',
    title: 'A request has an ID, in the attribute ID',
    fix: 'Give the request a fresh random ID of 128 bits or more; it does not begin with a digit.',
    check: ofRequest((root) => {
      const id = attributeOf(root, 'ID')
      const path = `/${root.local}/@ID`
      if (id === undefined) return [{ reason: 'missing', path, message: 'The request has no ID.' }]
      if (id.length <= 256 && /^[A-Za-z_][A-Za-z0-9._-]*$/.test(id)) return []
      return [
        {
          reason: 'form',
          path,
          actual: shown(id),
          message:
            'An ID is a name of 256 ASCII letters, digits, _ - and . at the most that begins with a letter or _.',
        },
      ]
    }),
  }),
]

function isRequest(root: XmlElement): boolean {
  return isElement(root, SAMLP, 'AuthnRequest')
}

/** A check of a request: of another kind of message there is nothing to say. */
function ofRequest(check: (root: XmlElement) => readonly Fault[]): RequestRule['check'] {
  return ({ root }) => (isRequest(root) ? check(root) : 'cantTell')
}

function reasonOf({ namespace, local }: XmlElement): string {
  if (namespace === SAMLP) return 'message'
  return local === 'Assertion' || local === 'EncryptedAssertion' ? 'assertion' : 'unexpected'
}
