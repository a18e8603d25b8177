import { readAssertion, type AssertionReading } from './assertion.js'
import { encodePost } from './bindings/encodePost.js'
import { checkOptions, misuse } from './expectation.js'
import { SAML } from './names.js'
import { parseDocument, type XmlElement } from './xml/document.js'
import { XmlFault } from './xml/fault.js'
import { childrenNamed } from './xml/query.js'

/** What the page shows to whoever holds Shift and chooses a tile of the portal (R087): data, for a page of your own. */
export interface AdministratorMode {
  readonly title: 'You are now in administrator mode'
  /** The Response as it will be posted, for "Copy XML". */
  readonly xml: string
  readonly copyLabel: 'Copy XML'
  /** `Send to <application>`: only choosing it posts the fields. */
  readonly sendLabel: string
  /** Where the fields go. */
  readonly destination: string
  /** Hold credentials of the person: put them into the form, and into no log. */
  readonly fields: Readonly<Record<string, string>>
  readonly assertion: {
    readonly issuer?: string
    readonly nameID?: string
    readonly nameIDFormat?: string
    readonly audiences: readonly string[]
    readonly recipient?: string
    /** As written, and so in UTC. */
    readonly notOnOrAfter?: string
    readonly sessionNotOnOrAfter?: string
    readonly attributes: readonly {
      readonly name: string
      readonly nameFormat?: string
      readonly values: readonly string[]
    }[]
  }
}

export interface AdministratorModeOptions {
  /** As the portal's tile names it. */
  readonly applicationName: string
  /** The XML of the Response, as `issueResponse` made it. */
  readonly response: string
  readonly acsURL: string
  readonly relayState?: string | undefined
}

/**
 * The debug view of a sign-in to an application: what is in the assertion, and the form that goes on only when somebody
 * says so (R087). The Response is one of our own, so nothing about it is judged.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for what has not the declared types, and for a Response without assertion
 */
export function administratorMode(options: AdministratorModeOptions): AdministratorMode {
  checkOptions(options)
  const { applicationName, response, acsURL, relayState } = options
  if (typeof applicationName !== 'string' || applicationName === '')
    misuse('applicationName must be a non-empty text.')
  if (typeof response !== 'string') misuse('response must be the XML of a Response.')
  const [element] = childrenNamed(rootOf(response), SAML, 'Assertion')
  if (element === undefined) misuse('response must hold an assertion.')
  const { fields } = encodePost({ message: response, kind: 'SAMLResponse', destination: acsURL, relayState })
  return {
    title: 'You are now in administrator mode',
    xml: response,
    copyLabel: 'Copy XML',
    sendLabel: `Send to ${applicationName}`,
    destination: acsURL,
    fields,
    assertion: shownOf(readAssertion(element)),
  }
}

function shownOf(assertion: AssertionReading): AdministratorMode['assertion'] {
  const [nameID] = assertion.nameIDs
  const [confirmation] = assertion.confirmations
  const [statement] = assertion.authnStatements
  const restrictions = assertion.conditions.flatMap(({ audienceRestrictions }) => audienceRestrictions)
  return {
    ...said('issuer', assertion.issuers[0]?.value),
    ...said('nameID', nameID?.value),
    ...said('nameIDFormat', nameID?.format),
    audiences: restrictions.flat().filter((audience) => audience !== undefined),
    ...said('recipient', confirmation?.recipient),
    ...said('notOnOrAfter', assertion.conditions[0]?.notOnOrAfter?.text),
    ...said('sessionNotOnOrAfter', statement?.sessionNotOnOrAfter?.text),
    attributes: assertion.attributes.map(({ name = '', nameFormat, values }) => ({
      name,
      ...said('nameFormat', nameFormat),
      values: values.map(({ text = '' }) => text),
    })),
  }
}

function said<K extends string>(name: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]?: string })
}

function rootOf(response: string): XmlElement {
  try {
    return parseDocument(response)
  } catch (error) {
    if (error instanceof XmlFault) misuse('response must be well-formed XML.')
    throw error
  }
}
