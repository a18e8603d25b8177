import type { Keys } from '../keys.js'
import { cases, type Json, type More, type Vector } from '../vector.js'
import { assertion, attribute, audience, conditions, issuer, nameID, place, response, statement, status, subject, tag } from './template.js' // prettier-ignore
import { withoutPlaces } from './signing.js'
import { also, elementIn, inParts, samlToolbox, swapped } from './toolbox.js'
import { ADMIN, at, PERSON, SAML, SAMLP, SP, SUCCESS } from './world.js'

const REQUESTER = 'urn:oasis:names:tc:SAML:2.0:status:Requester'
const DENIED = 'urn:oasis:names:tc:SAML:2.0:status:RequestDenied'

/** What shape a message has. Each is signed, as far as there is something to sign. */
export function envelopeVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'envelope', [], 'saml')
  const { input, sign, signed, responseSigned, of } = samlToolbox(keys)
  const text = signed()
  const alone = elementIn(text, 'saml:Assertion').replace(
    '<saml:Assertion',
    `<saml:Assertion xmlns:saml="${SAML}"`,
  )

  const S33 = { attacks: ['S33'] }
  accepted('response', 'saml-2-0', 'a Response of SAML 2.0', input(text))
  const roots: readonly [string, string, string, string, More?][] = [
    ['no-namespace', 'namespace', 'a Response of no namespace', text.replaceAll('samlp:', '')], // prettier-ignore
    ['saml-1-1', 'namespace', 'a Response of SAML 1.1', text.replaceAll(SAMLP, 'urn:oasis:names:tc:SAML:1.0:protocol')], // prettier-ignore
    ['foreign', 'namespace', "a Response of a namespace that begins as SAML's does", swapped(text, `"${SAMLP}"`, `"${SAMLP}:x"`)], // prettier-ignore
    ['assertion', 'namespace', 'a Response of the namespace of assertions', text.replaceAll('samlp:Response', 'saml:Response')], // prettier-ignore
    [
      'case',
      'root',
      'a root element that is named response',
      text.replaceAll('samlp:Response', 'samlp:response'),
    ],
    ['request', 'root', 'a root element that is named AuthnRequest', text.replaceAll('samlp:Response', 'samlp:AuthnRequest')], // prettier-ignore
    ['logout', 'root', 'a root element that is named LogoutResponse', text.replaceAll('samlp:Response', 'samlp:LogoutResponse')], // prettier-ignore
    ['assertion-alone', 'root', 'an assertion without a Response', alone], // prettier-ignore
    ['soap', 'root', 'a Response in a SOAP envelope', `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${text}</s:Body></s:Envelope>`], // prettier-ignore
  ]
  for (const [name, reason, title, message, more] of roots)
    refused('response', name, reason, title, input(message), { ...S33, ...more })

  const children: readonly [string, string, string, Json, More?][] = [
    ['unknown', 'unexpected', 'an element that the schema does not know', of({}, { status: `${status()}<samlp:Other/>` })], // prettier-ignore
    ['foreign', 'unexpected', 'an element of another namespace', of({}, { status: `${status()}<e:e xmlns:e="urn:e"/>` })], // prettier-ignore
    ['foreign-assertion', 'unexpected', 'an Assertion of another namespace before the true one', of({}, { assertion: swapped(assertion({ signature: '', subject: subject(nameID(ADMIN)) }), '<saml:Assertion ', '<saml:Assertion xmlns:saml="urn:e" ').replace('_assertion-1', '_assertion-0') + assertion() }), { attacks: ['S33', 'S02'] }], // prettier-ignore
    ['foreign-issuer', 'unexpected', 'an Issuer of another namespace', of({}, { issuer: issuer().replace('<saml:Issuer', '<saml:Issuer xmlns:saml="urn:e"') }), S33], // prettier-ignore
    ['foreign-status', 'unexpected', 'a Status of another namespace before the true one', of({}, { status: status().replace('<samlp:Status', '<samlp:Status xmlns:samlp="urn:e"') + status() }), S33], // prettier-ignore
    ['two-issuers', 'several', 'two Issuers', of({}, { issuer: issuer() + issuer() })],
    ['two-statuses', 'several', 'two Statuses, of which the second fails', of({}, { status: status() + status(REQUESTER) })], // prettier-ignore
    [
      'status-after',
      'order',
      'Status after the assertion',
      of({}, { status: '', assertion: assertion() + status() }),
    ],
    ['issuer-after', 'order', 'Issuer after Status', of({}, { issuer: '', status: status() + issuer() })],
    ['extensions-after', 'order', 'Extensions after Status', of({}, { status: `${status()}<samlp:Extensions><e:e xmlns:e="urn:e"/></samlp:Extensions>` })], // prettier-ignore
    ['text', 'text', 'text between the elements', of({}, { status: `x${status()}` })],
    [
      'cdata',
      'text',
      'text in a CDATA section between the elements',
      of({}, { status: `<![CDATA[x]]>${status()}` }),
    ],
  ]
  accepted('response-structure', 'plain', 'Issuer, Status and Assertion', input(text))
  accepted('response-structure', 'full', 'Issuer, Signature, Extensions, Status and Assertion', input(responseSigned({}, { extensions: '<samlp:Extensions><e:e xmlns:e="urn:e">x</e:e></samlp:Extensions>' }))) // prettier-ignore
  accepted('response-structure', 'indented', 'line breaks and white space between the elements', of({}, { status: `\n  ${status()}\n\t ` })) // prettier-ignore
  for (const [name, reason, title, message, more] of children) refused('response-structure', name, reason, title, message, { attacks: ['S63', ...(more?.attacks ?? [])] }) // prettier-ignore

  accepted('encrypted-assertion', 'none', 'an assertion in clear', input(text))
  const S49 = { attacks: ['S49'] }
  const encrypted = (name: string): string =>
    tag(name, {}, '<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/>')
  const sealed: readonly [string, string, Json][] = [
    [
      'alone',
      'an encrypted assertion',
      input(responseSigned({}, { assertion: encrypted('saml:EncryptedAssertion') })),
    ],
    ['beside', 'an encrypted assertion after one in clear', of({}, { assertion: assertion() + encrypted('saml:EncryptedAssertion') })], // prettier-ignore
    ['before', 'an encrypted assertion before one in clear', of({}, { assertion: encrypted('saml:EncryptedAssertion') + assertion() })], // prettier-ignore
    ['unsigned', 'an encrypted assertion in a Response that nobody signed', input(response({ assertion: encrypted('saml:EncryptedAssertion') }))], // prettier-ignore
    ['name-id', 'an encrypted NameID', of({ subject: subject(encrypted('saml:EncryptedID')) })],
    [
      'attribute',
      'an encrypted attribute',
      of({ statement: statement(encrypted('saml:EncryptedAttribute')) }),
    ],
    ['in-advice', 'an encrypted assertion in Advice', of({ advice: tag('saml:Advice', {}, encrypted('saml:EncryptedAssertion')) })], // prettier-ignore
  ]
  for (const [name, title, message] of sealed)
    refused('encrypted-assertion', name, 'encrypted', title, message, S49)

  statusVectors()
  countVectors()
  commentVectors()
  return [...vectors, ...idVectors(keys)]

  function statusVectors(): void {
    const S90 = ['S90']
    accepted('status', 'success', 'Success', input(text))
    accepted('status', 'message', 'Success with a message and details', of({}, { status: status(SUCCESS, '<samlp:StatusMessage>ok</samlp:StatusMessage><samlp:StatusDetail><e:e xmlns:e="urn:e"/></samlp:StatusDetail>') })) // prettier-ignore
    accepted('status', 'second-level', 'Success with a second code inside', of({}, { status: status(SUCCESS, '', '<samlp:StatusCode Value="urn:example:fine"/>') })) // prettier-ignore
    const none: readonly [string, string, string, string][] = [
      ['none', 'missing', 'no Status', ''],
      ['empty', 'missing', 'a Status without a code', '<samlp:Status/>'],
      ['no-value', 'missing', 'a code without a value', '<samlp:Status><samlp:StatusCode/></samlp:Status>'],
      ['foreign-code', 'missing', 'a code of another namespace', `<samlp:Status><e:StatusCode xmlns:e="urn:e" Value="${SUCCESS}"/></samlp:Status>`], // prettier-ignore
      [
        'two-codes',
        'several',
        'two codes side by side',
        status(SUCCESS, `<samlp:StatusCode Value="${REQUESTER}"/>`),
      ],
      ['requester', 'not-success', 'Requester', status(REQUESTER)],
      ['denied', 'not-success', 'Responder with RequestDenied inside and a message', status('urn:oasis:names:tc:SAML:2.0:status:Responder', '<samlp:StatusMessage>Not assigned</samlp:StatusMessage>', `<samlp:StatusCode Value="${DENIED}"/>`)], // prettier-ignore
      ['nested', 'not-success', 'Success inside of Requester', status(REQUESTER, '', `<samlp:StatusCode Value="${SUCCESS}"/>`)], // prettier-ignore
      ['suffix', 'not-success', 'a value that ends in :Success', status('urn:example:Success')],
      ['prefix', 'not-success', 'a value that begins with Success', status(`${SUCCESS}ful`)],
      ['case', 'not-success', 'Success in lower case', status(SUCCESS.toLowerCase())],
      ['white-space', 'not-success', 'Success with a space', status(`${SUCCESS} `)],
      ['no-text', 'not-success', 'an empty value', status('')],
      ['message-only', 'not-success', 'Success as a message alone', status(REQUESTER, `<samlp:StatusMessage>${SUCCESS}</samlp:StatusMessage>`)], // prettier-ignore
    ]
    for (const [name, reason, title, given] of none) refused('status', name, reason, title, of({}, { status: given }), { attacks: S90 }) // prettier-ignore
    const failure = sign(response({ signature: place('_response-1'), status: status(REQUESTER), assertion: '' }), '_response-1') // prettier-ignore
    const forged = withoutPlaces(assertion({ signature: '', subject: subject(nameID(ADMIN)) }))
    refused('status', 'signed-failure', 'not-success', 'an answer of failure that the identity provider signed', input(failure), { attacks: ['S08', 'S90'] }) // prettier-ignore
    refused('status', 'signed-failure-appended', 'not-success', 'the same, with a forged assertion after it', input(failure.replace('</samlp:Response>', `${forged}</samlp:Response>`)), { attacks: ['S08'] }) // prettier-ignore
    refused('status', 'signed-failure-wrapped', 'not-success', 'the same, with a forged assertion in its Signature', input(swapped(failure, '</ds:Signature>', `<ds:Object>${forged}</ds:Object></ds:Signature>`)), { attacks: ['S07', 'S08'], ...also('assertion-count misplaced') }) // prettier-ignore
  }

  function countVectors(): void {
    const S92 = { attacks: ['S92'] }
    accepted('assertion-count', 'one', 'one assertion', input(text))
    refused(
      'assertion-count',
      'none',
      'none',
      'no assertion',
      input(responseSigned({}, { assertion: '' })),
      S92,
    )
    const second = assertion({ attributes: { ID: '_assertion-2' } })
    const both = withoutPlaces(sign(sign(response({ assertion: assertion() + second }), '_assertion-1'), '_assertion-2')) // prettier-ignore
    refused('assertion-count', 'two-signed', 'several', 'two assertions, each signed', input(both), S92)
    refused('assertion-count', 'two-of-which-one-signed', 'several', 'two assertions, of which one is signed', of({}, { assertion: assertion() + second }), S92) // prettier-ignore
    refused('assertion-count', 'two-in-signed-response', 'several', 'two assertions in a Response that is signed', input(responseSigned({}, { assertion: withoutPlaces(assertion() + second) })), S92) // prettier-ignore
    const more = Array.from({ length: 50 }, (_, one) => tag('saml:Assertion', { ID: `_a${one}`, Version: '2.0', IssueInstant: at(0) })) // prettier-ignore
    refused('assertion-count', 'many', 'several', '51 assertions', of({}, { assertion: assertion() + more.join('') }), S92) // prettier-ignore
  }

  function commentVectors(): void {
    const S28 = { attacks: ['S28'] }
    const person = (content: string): Json => of({ subject: subject(nameID(content)) })
    const value = (content: string): Json => of({ statement: statement(attribute('team', content)) })
    accepted('comment', 'none', 'values without comments', value('blue'))
    accepted('comment', 'between', 'a comment between two elements', of({ advice: '<!-- nothing -->' }))
    refused('comment', 'name-id', 'present', 'a comment that parts the NameID', person(`${ADMIN}<!---->.evil.example`), S28) // prettier-ignore
    refused(
      'comment',
      'name-id-before',
      'present',
      'a comment before the NameID',
      person(`<!-- x -->${PERSON}`),
      S28,
    )
    refused(
      'comment',
      'name-id-after',
      'present',
      'a comment after the NameID',
      person(`${PERSON}<!-- x -->`),
      S28,
    )
    refused('comment', 'name-id-whole', 'present', 'a comment that stands for a NameID', person(`<!-- ${PERSON} -->`), S28) // prettier-ignore
    refused('comment', 'value', 'present', 'a comment that parts a value', value('admins<!-- x -->-not'), S28)
    const later = swapped(signed({ subject: subject(nameID(`${ADMIN}.evil.example`)) }), `${ADMIN}.evil`, `${ADMIN}<!---->.evil`) // prettier-ignore
    refused('comment', 'name-id-later', 'present', 'a comment that was written after signing: the digest is still right', input(later), S28) // prettier-ignore
    accepted('comment', 'audience', 'a comment that parts the audience: it is the whole text', of({ conditions: conditions({}, audience(`${SP.slice(0, -4)}<!-- x -->${SP.slice(-4)}`)) }), S28) // prettier-ignore
  }
}

/** What IDs there are, in which attributes. */
function idVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, vectors } = cases('response', 'envelope', [], 'saml')
  const { input, signed, of } = samlToolbox(keys)
  const text = signed()
  accepted('id', 'names', 'IDs with every kind of character that they may have', input(signed({ attributes: { ID: 'A._-9z' } }, { attributes: { ID: '_' } }))) // prettier-ignore
  accepted(
    'id',
    'longest',
    'an ID of 256 characters',
    input(signed({ attributes: { ID: `_${'a'.repeat(255)}` } })),
  )
  accepted('id', 'signature', 'an Id of the Signature', input(signed({}, {}, { edit: (made) => made.replace('<ds:Signature ', '<ds:Signature Id="_signature" ') }))) // prettier-ignore
  const S22 = ['S22']
  const S23 = ['S23']
  const inTag = (name: string, more: string): Json => input(swapped(text, `<${name} `, `<${name} ${more} `))
  const extended = (content: string): Json =>
    of({}, { extensions: tag('samlp:Extensions', { 'xmlns:e': 'urn:e' }, content) })
  const repeated = (one: string, times: number): Json =>
    input(
      inParts(
        signed({}, { extensions: tag('samlp:Extensions', { 'xmlns:e': 'urn:e' }, one.repeat(times)) }),
        one,
      ),
    )
  const withID = (id: string): Json => input(swapped(text, 'ID="_response-1"', `ID="${id}"`))
  const faults: readonly [string, string, string, Json, readonly string[], More?][] = [
    [
      'response-missing',
      'missing',
      'a Response without an ID',
      of({}, { attributes: { ID: undefined } }),
      S23,
    ],
    [
      'assertion-missing',
      'missing',
      'an assertion without an ID',
      input(text.replace(' ID="_assertion-1"', '')),
      S23,
    ],
    ['response-empty', 'form', 'an empty ID', withID(''), S23],
    ['digit', 'form', 'an ID that begins with a digit', withID('1response'), S23],
    ['colon', 'form', 'an ID with a colon', withID('a:b'), S23],
    ['white-space', 'form', 'an ID with a space after it', withID('_response '), S23],
    ['not-ascii', 'form', 'an ID beyond ASCII', withID('_\u00e9'), S23],
    ['longer', 'form', 'an ID of 257 characters', withID(`_${'a'.repeat(256)}`), S23],
    ['duplicate', 'duplicate', 'Response and assertion with one ID', withID('_assertion-1'), S22],
    ['duplicate-foreign', 'duplicate', 'an element of another namespace with the ID of the assertion', extended('<e:e ID="_assertion-1"/>'), S22], // prettier-ignore
    [
      'duplicate-capitalized',
      'duplicate',
      'the same in an attribute Id',
      extended('<e:e Id="_assertion-1"/>'),
      ['S22', 'S23'],
    ],
    [
      'duplicate-lower-case',
      'duplicate',
      'the same in an attribute id',
      extended('<e:e id="_assertion-1"/>'),
      ['S22', 'S23'],
    ],
    [
      'duplicate-xml-id',
      'duplicate',
      'the same in xml:id',
      extended('<e:e xml:id="_assertion-1"/>'),
      ['S22', 'S23'],
    ],
    ['duplicate-prefixed', 'duplicate', 'the same in an ID of another namespace', extended('<e:e e:ID="_assertion-1"/>'), ['S22', 'S23']], // prettier-ignore
    ['duplicate-signature', 'duplicate', 'a Signature whose Id is the ID of the assertion', input(signed({}, {}, { edit: (made) => made.replace('<ds:Signature ', '<ds:Signature Id="_assertion-1" ') })), S22], // prettier-ignore
    ['duplicate-many', 'duplicate', '2,000 equal IDs', repeated('<e:e ID="_e"/>', 2_000), ['S22', 'S71']],
    ['capitalized', 'attribute', 'an assertion with ID and Id', inTag('saml:Assertion', 'Id="_other"'), S23],
    ['lower-case', 'attribute', 'an assertion with ID and id', inTag('saml:Assertion', 'id="_other"'), S23],
    [
      'xml-id',
      'attribute',
      'an assertion with ID and xml:id',
      inTag('saml:Assertion', 'xml:id="_other"'),
      S23,
    ],
    ['prefixed', 'attribute', 'an assertion with ID and an ID of another namespace', inTag('saml:Assertion', 'xmlns:e="urn:e" e:ID="_other"'), S23], // prettier-ignore
    ['capitalized-only', 'attribute', 'an assertion with an Id instead', input(text.replace(' ID="_assertion-1"', ' Id="_assertion-1"')), S23, also('id missing')], // prettier-ignore
    ['saml-only', 'attribute', 'an assertion with a saml:ID instead', input(text.replace(' ID="_assertion-1"', ' saml:ID="_assertion-1"')), S23, also('id missing')], // prettier-ignore
    [
      'response-lower-case',
      'attribute',
      'a Response with ID and id',
      inTag('samlp:Response', 'id="_other"'),
      S23,
    ],
  ]
  for (const [name, reason, title, message, attacks, more] of faults) refused('id', name, reason, title, message, { ...more, attacks }) // prettier-ignore
  return vectors
}
