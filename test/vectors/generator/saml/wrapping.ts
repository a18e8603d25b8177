import type { Keys } from '../keys.js'
import { cases, type Json, type More, type Vector } from '../vector.js'
import { assertion, attribute, confirmationData, nameID, NAMESPACES, place, response, statement, status, subject, tag } from './template.js' // prettier-ignore
import { withoutPlaces } from './signing.js'
import { also, elementIn, inParts, samlToolbox, swapped } from './toolbox.js'
import { ADMIN, BEARER, SAML, SAMLP } from './world.js'

/**
 * Signature wrapping: a genuine signed element is kept somewhere, so that its signature still verifies, and a forged one
 * stands where it would be read. In all of them whoever looks for the signed element by its ID finds it unchanged.
 */
export function wrappingVectors(keys: Keys): readonly Vector[] {
  const { refused, vectors } = cases('response', 'envelope', [], 'saml')
  const { input, sign, signed, responseSigned } = samlToolbox(keys)

  const genuine = elementIn(signed(), 'saml:Assertion')
  const signature = elementIn(genuine, 'ds:Signature')
  const unsigned = swapped(genuine, signature, '')
  const genuineResponse = responseSigned()
  const responseSignature = elementIn(genuineResponse, 'ds:Signature')
  const unsignedResponse = swapped(genuineResponse, responseSignature, '')
  const forged = (
    parts: {
      readonly signature?: string
      readonly id?: string
      readonly advice?: string
      readonly statement?: string
    } = {},
  ): string =>
    // prettier-ignore
    assertion({
      attributes: { ID: parts.id ?? '_evil' },
      subject: subject(nameID(ADMIN)),
      signature: parts.signature ?? '',
      advice: parts.advice ?? '',
      statement: parts.statement ?? '',
    })
  const around = (content: string, more = ''): string => response({ assertion: content, extensions: more })
  const evilResponse = (inSignature: string, beforeIt = ''): string =>
    response({
      attributes: { ID: '_evil-response' },
      signature: beforeIt + swapped(responseSignature, '</ds:Signature>', `${inSignature}</ds:Signature>`),
      assertion: forged(),
    })
  const inObject = (content: string): string =>
    swapped(signature, '</ds:Signature>', `<ds:Object>${content}</ds:Object></ds:Signature>`)

  const classic: readonly [string, string, string, string, More?][] = [
    ['xsw1', 'S01', 'XSW1: the signed Response inside of its own Signature, in a forged Response', evilResponse(unsignedResponse)], // prettier-ignore
    ['xsw1-object', 'S01', 'XSW1 with a ds:Object around the signed Response', evilResponse(`<ds:Object>${unsignedResponse}</ds:Object>`)], // prettier-ignore
    ['xsw2', 'S01', 'XSW2: the signed Response before its Signature, in a forged Response', evilResponse('', unsignedResponse), also('response-structure unexpected')], // prettier-ignore
    ['xsw3', 'S02', 'XSW3: a forged assertion before the signed one', around(forged() + genuine)],
    ['xsw3-after', 'S02', 'a forged assertion after the signed one', around(genuine + forged())],
    ['xsw4', 'S02', 'XSW4: the signed assertion inside of a forged one', around(swapped(forged(), '</saml:Assertion>', `${genuine}</saml:Assertion>`))], // prettier-ignore
    ['xsw5', 'S03', 'XSW5: the Signature in a forged assertion, the assertion that it signs after it', around(forged({ signature }) + unsigned)], // prettier-ignore
    ['xsw5-before', 'S03', 'the same, the other way round', around(unsigned + forged({ signature }))],
    ['xsw6', 'S03', 'XSW6: the Signature in a forged assertion, and in it the assertion that it signs', around(forged({ signature: swapped(signature, '</ds:Signature>', `${unsigned}</ds:Signature>`) }))], // prettier-ignore
    ['xsw7', 'S04', 'XSW7: a forged assertion in Extensions before the signed one', around(genuine, tag('samlp:Extensions', {}, forged()))], // prettier-ignore
    ['xsw7-same-id', 'S04', 'XSW7 with the ID of the signed assertion', around(genuine, tag('samlp:Extensions', {}, forged({ id: '_assertion-1' }))), also('id duplicate')], // prettier-ignore
    ['xsw8', 'S03', 'XSW8: the signed assertion in a ds:Object of its Signature, in a forged assertion', around(forged({ signature: inObject(unsigned) }))], // prettier-ignore
    ['same-id', 'S22', 'a forged assertion with the ID of the signed one before it', around(forged({ id: '_assertion-1' }) + genuine), also('id duplicate')], // prettier-ignore
    ['same-id-after', 'S22', 'a forged assertion with the ID of the signed one after it', around(genuine + forged({ id: '_assertion-1' })), also('id duplicate')], // prettier-ignore
    ['forged-in-object', 'S07', 'a forged assertion in a ds:Object of the genuine Signature, which the digest leaves out', around(swapped(genuine, signature, inObject(forged())))], // prettier-ignore
    ['forged-in-key-info', 'S07', 'a forged assertion in KeyInfo of the genuine Signature', around(swapped(genuine, '</ds:Signature>', `<ds:KeyInfo>${forged()}</ds:KeyInfo></ds:Signature>`))], // prettier-ignore
    ['forged-in-signed-response', 'S07', 'a forged assertion in the Signature of a signed Response', swapped(genuineResponse, '</ds:Signature>', `<ds:Object>${forged()}</ds:Object></ds:Signature>`)], // prettier-ignore
  ]
  for (const [name, attack, title, message, more] of classic)
    refused('assertion-count', name, 'several', title, input(message), { ...more, attacks: [attack, 'S11'] })

  const detail = (content: string): string => status(undefined, tag('samlp:StatusDetail', {}, content))
  const nested = tag('samlp:Response', { ...NAMESPACES, ID: '_inner', Version: '2.0' }, genuine)
  /** Where the signed assertion is moved to, with a forged one in its place, or with none. */
  const hidden: readonly [string, string, string, (instead: string) => string, More?][] = [
    ['extensions', 'S04', 'Extensions', (instead) => around(instead, tag('samlp:Extensions', {}, genuine))],
    ['extensions-deep', 'S04', 'an element in Extensions', (instead) => around(instead, tag('samlp:Extensions', {}, `<e:a xmlns:e="urn:e"><e:b>${genuine}</e:b></e:a>`))], // prettier-ignore
    [
      'status-detail',
      'S05',
      'StatusDetail',
      (instead) => response({ status: detail(genuine), assertion: instead }),
    ],
    ['response', 'S05', 'a Response in the Response', (instead) => around(instead + nested), also('response-structure unexpected')], // prettier-ignore
    ['response-in-extensions', 'S05', 'a Response in Extensions', (instead) => around(instead, tag('samlp:Extensions', {}, nested))], // prettier-ignore
    ['foreign-element', 'S05', 'an element of another namespace in the Response', (instead) => around(`<e:e xmlns:e="urn:e">${genuine}</e:e>${instead}`), also('response-structure unexpected')], // prettier-ignore
  ]
  for (const [name, attack, where, message, more] of hidden) {
    const told = { ...more, attacks: [attack] }
    refused('assertion-count', `in-${name}`, 'several', `a forged assertion, and the signed one in ${where}`, input(message(forged())), told) // prettier-ignore
    refused('assertion-count', `moved-to-${name}`, 'misplaced', `no assertion but the signed one in ${where}`, input(message('')), told) // prettier-ignore
  }
  // Around the Response something else is the root, and nothing more is asked of it.
  const foreignRoot = `<e:Response xmlns:e="urn:e">${genuineResponse}${forged().replace('<saml:Assertion ', `<saml:Assertion xmlns:saml="${SAML}" `)}</e:Response>`
  const inHeader = (instead: string): string =>
    `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:saml="${SAML}"><s:Header>${genuine}</s:Header><s:Body>${around(instead)}</s:Body></s:Envelope>`
  refused('response', 'wrapped', 'namespace', 'a signed Response that is wrapped in a Response of another namespace', input(foreignRoot), { attacks: ['S33', 'S11'] }) // prettier-ignore
  refused('response', 'in-soap-header', 'root', 'a forged assertion, and the signed one in the header of a SOAP envelope', input(inHeader(forged())), { attacks: ['S05'] }) // prettier-ignore
  refused('response', 'moved-to-soap-header', 'root', 'no assertion but the signed one in the header of a SOAP envelope', input(inHeader('')), { attacks: ['S05'] }) // prettier-ignore
  /** Places inside of an assertion: that one is forged. */
  const inside: readonly [string, string, string, string][] = [
    ['advice', 'S05', 'Advice', forged({ advice: tag('saml:Advice', {}, genuine) })],
    ['attribute-value', 'S05', 'an AttributeValue', forged({ statement: statement(attribute('team', tag('saml:AttributeValue', {}, genuine))) })], // prettier-ignore
    ['confirmation-data', 'S05', 'SubjectConfirmationData', swapped(forged(), confirmationData(), confirmationData({}, genuine))], // prettier-ignore
    ['object', 'S07', 'a ds:Object of an unsigned Signature', forged({ signature: `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Object>${genuine}</ds:Object></ds:Signature>` })], // prettier-ignore
    ['key-info', 'S07', 'KeyInfo of its own Signature', forged({ signature: swapped(signature, '</ds:Signature>', `<ds:KeyInfo>${unsigned}</ds:KeyInfo></ds:Signature>`) })], // prettier-ignore
    ['signed-info', 'S07', 'SignedInfo of its own Signature', forged({ signature: swapped(signature, '</ds:SignedInfo>', `${unsigned}</ds:SignedInfo>`) })], // prettier-ignore
    ['second-confirmation', 'S05', 'a second SubjectConfirmation', swapped(forged(), '</saml:Subject>', `${tag('saml:SubjectConfirmation', { Method: BEARER }, genuine)}</saml:Subject>`)], // prettier-ignore
  ]
  for (const [name, attack, where, assertionText] of inside)
    refused('assertion-count', `in-${name}`, 'several', `a forged assertion with the signed one in ${where}`, input(around(assertionText)), { attacks: [attack] }) // prettier-ignore
  /** The signed assertion is where it belongs, and a forged one is hidden in it or beside it, before it was signed. */
  const smuggled: readonly [string, string, string][] = [
    ['signed-advice', 'Advice', assertion({ advice: tag('saml:Advice', {}, forged()) })],
    ['signed-value', 'an AttributeValue', assertion({ statement: statement(attribute('team', tag('saml:AttributeValue', {}, forged()))) })], // prettier-ignore
  ]
  for (const [name, where, text] of smuggled)
    refused('assertion-count', name, 'several', `a signed assertion with another in ${where}, signed with it`, input(withoutPlaces(sign(response({ assertion: text }), '_assertion-1'))), { attacks: ['S05'] }) // prettier-ignore
  const metadata = sign(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" ID="_metadata" entityID="https://idp.example.com/saml">${place('_metadata')}</md:EntityDescriptor>`, '_metadata') // prettier-ignore
  return [...vectors, ...placementVectors(keys, { genuine, signature, forged: forged(), metadata })]
}

interface Pieces {
  readonly genuine: string
  readonly signature: string
  readonly forged: string
  readonly metadata: string
}

/** Where a Signature stands, and what it names. */
function placementVectors(keys: Keys, { genuine, signature, forged, metadata }: Pieces): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'signature', [], 'saml')
  const { input, sign, signed, responseSigned, bothSigned } = samlToolbox(keys)
  const around = (content: string): string => response({ assertion: content })
  const evil = forged.replace(' ID="_evil"', ' ID="_assertion-1"')

  accepted('signature-missing', 'assertion', 'a signed assertion', input(signed()))
  accepted('signature-missing', 'response', 'a signed Response', input(responseSigned()))
  accepted('signature-missing', 'both', 'a signed assertion in a signed Response', input(bothSigned()))
  const S14 = { attacks: ['S14'] }
  refused(
    'signature-missing',
    'none',
    'missing',
    'nothing is signed',
    input(around(withoutPlaces(assertion()))),
    S14,
  )
  refused('signature-missing', 'stripped', 'missing', 'a genuine Response whose Signature was taken out', input(around(genuine.replace(signature, ''))), S14) // prettier-ignore
  refused('signature-missing', 'commented', 'missing', 'a Signature in a comment', input(around(genuine.replace(signature, `<!-- ${signature} -->`))), S14) // prettier-ignore
  refused('signature-missing', 'cdata', 'missing', 'a Signature in a CDATA section of the Extensions', input(response({ extensions: `<samlp:Extensions><![CDATA[${signature}]]></samlp:Extensions>`, assertion: forged })), S14) // prettier-ignore

  accepted('signature-placement', 'assertion', 'one Signature in the assertion', input(signed()))
  accepted(
    'signature-placement',
    'each',
    'one Signature in the Response and one in the assertion',
    input(bothSigned()),
  )
  const foreign = signature.replaceAll(
    'http://www.w3.org/2000/09/xmldsig#"',
    'http://www.w3.org/2000/09/xmldsig"',
  )
  const strays: readonly [string, string, string[], Json, More?][] = [
    ['in-extensions', 'a forged assertion, and the Signature in Extensions', ['S03'], response({ extensions: tag('samlp:Extensions', {}, signature), assertion: evil })], // prettier-ignore
    ['in-subject', 'a forged assertion, and the Signature in its Subject', ['S12'], around(swapped(evil, '</saml:Subject>', `${signature}</saml:Subject>`))], // prettier-ignore
    ['in-advice', 'a Signature in Advice', ['S05'], around(swapped(evil, '<saml:AuthnStatement', `<saml:Advice>${signature}</saml:Advice><saml:AuthnStatement`))], // prettier-ignore
    ['in-status', 'a Signature in StatusDetail', ['S05'], response({ status: status(undefined, tag('samlp:StatusDetail', {}, signature)), assertion: evil })], // prettier-ignore
    ['second', 'a second Signature in the assertion', ['S13'], around(swapped(genuine, signature, signature + signature)), also('digest mismatch')], // prettier-ignore
    ['second-foreign', 'a Signature of another namespace before the true one', ['S15'], around(swapped(genuine, signature, foreign + signature)), also('digest mismatch')], // prettier-ignore
    ['foreign', 'a Signature of another namespace instead of one', ['S15'], around(swapped(genuine, signature, foreign))], // prettier-ignore
    ['copy', 'a copy of the Signature in a value: an enveloped transform that removes all of them would not see it', ['S09'], copied(), also('digest mismatch')], // prettier-ignore
    ['in-signature', 'a Signature in KeyInfo of the Signature', ['S07'], around(swapped(genuine, '</ds:Signature>', `<ds:KeyInfo>${signature}</ds:KeyInfo></ds:Signature>`))], // prettier-ignore
    ['many', '3,000 Signatures in Extensions', ['S71'], inParts(response({ extensions: tag('samlp:Extensions', { 'xmlns:ds': 'http://www.w3.org/2000/09/xmldsig#' }, '<ds:Signature/>'.repeat(3_000)), assertion: genuine }), '<ds:Signature/>')], // prettier-ignore
  ]
  for (const [name, title, attacks, message, more] of strays) refused('signature-placement', name, 'misplaced', title, input(message), { ...more, attacks }) // prettier-ignore

  accepted('signature-reference', 'assertion', 'a Reference to the assertion in it', input(signed()))
  const S12 = ['S12']
  const named: readonly [string, string, string[], string][] = [
    ['sibling', 'the Signature of the assertion beside it, as if the Response were signed', ['S12', 'S01'], response({ signature, assertion: genuine.replace(signature, '') })], // prettier-ignore
    ['response-by-assertion', 'a Signature in the assertion that names the Response', S12, withoutPlaces(sign(around(assertion()), '_assertion-1', { of: '_response-1' }))], // prettier-ignore
    ['assertion-by-response', 'a Signature in the Response that names the assertion', S12, sign(response({ signature: place('_response-1'), assertion: withoutPlaces(assertion()) }), '_response-1', { of: '_assertion-1' })], // prettier-ignore
    ['subject-alone', 'a Signature that covers the Subject alone', ['S16'], withoutPlaces(sign(around(assertion({ subject: subject().replace('<saml:Subject', '<saml:Subject ID="_subject"') })), '_assertion-1', { of: '_subject' }))], // prettier-ignore
    ['metadata', "a forged Response with the Signature of the identity provider's metadata", ['S10'], response({ signature: elementIn(metadata, 'ds:Signature'), extensions: tag('samlp:Extensions', {}, metadata.replace(elementIn(metadata, 'ds:Signature'), '')), assertion: forged })], // prettier-ignore
    ['renamed', 'a forged assertion with another ID and a genuine Signature', ['S03'], around(evil.replace('_assertion-1', '_evil').replace('<saml:Subject>', `${signature}<saml:Subject>`))], // prettier-ignore
    ['protocol', 'a Signature of a request that the identity provider signed', ['S10'], response({ signature: requestSignature(), assertion: forged })], // prettier-ignore
  ]
  for (const [name, title, attacks, message] of named) refused('signature-reference', name, 'other-element', title, input(message), { attacks }) // prettier-ignore
  return vectors

  function copied(): string {
    const text = signed({ statement: statement(attribute('team', '@@')) })
    const own = elementIn(text, 'ds:Signature')
    return swapped(text, '@@', `@@${own}`)
  }
  function requestSignature(): string {
    const request = `<samlp:LogoutRequest xmlns:samlp="${SAMLP}" ID="_logout" Version="2.0">${place('_logout')}</samlp:LogoutRequest>` // prettier-ignore
    return elementIn(sign(request, '_logout'), 'ds:Signature')
  }
}
