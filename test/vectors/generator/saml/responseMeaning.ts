import type { Keys } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import { attribute, audience, conditions, confirmation, issuer, nameID, statement, subject, tag, type Attributes } from './template.js' // prettier-ignore
import { also, inParts, samlToolbox } from './toolbox.js'
import { ACS, ADMIN, EMAIL, IDP, SP } from './world.js'

const ENTITY = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity'

/** What Response and assertion say of themselves, of who made them, and of whom they were made for. */
export function responseMeaningVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('response', 'meaning', [], 'saml')
  const { certificates, idp, input, of, signed, responseSigned, bothSigned, privateKey } = samlToolbox(keys)
  /** The same of an unsigned and of a signed Response. */
  const around = (attributes: Attributes): Json => of({}, { attributes })
  const aroundSigned = (attributes: Attributes): Json => input(responseSigned({}, { attributes }))

  accepted('certificate-weak', 'response-2048', 'a signature by a key of 2048 bits', input(signed()))
  const weak = signed({}, {}, { key: privateKey('rsa-1024') })
  warned('certificate-weak', 'response', 'size', 'a signature by a trusted key of 1024 bits', input(weak, { idp: idp(certificates['idp-1024']) })) // prettier-ignore
  accepted('certificate-weak', 'unused', 'a trusted key of 1024 bits that did not sign', input(signed(), { idp: idp(certificates['idp-1024'], certificates.idp) })) // prettier-ignore

  const versions: readonly [string, string, string, string | undefined][] = [
    ['missing', 'missing', 'no version', undefined],
    ['1-1', 'mismatch', 'version 1.1', '1.1'],
    ['2', 'mismatch', 'version 2', '2'],
    ['2-00', 'mismatch', 'version 2.00', '2.00'],
    ['white-space', 'white-space', 'version 2.0 with a space', '2.0 '],
    ['empty', 'mismatch', 'an empty version', ''],
    ['later', 'mismatch', 'version 2.1', '2.1'],
  ]
  accepted('version', '2-0', 'version 2.0 in Response and assertion', input(signed()))
  for (const [name, reason, title, Version] of versions) {
    refused('version', `response-${name}`, reason, `Response: ${title}`, around({ Version }), {
      attacks: ['S91'],
    })
    refused('version', `assertion-${name}`, reason, `assertion: ${title}`, of({ attributes: { Version } }), { attacks: ['S91'] }) // prettier-ignore
  }

  const S63 = { attacks: ['S63'] }
  accepted('structure', 'full', 'all that an assertion may hold, in order', of({ advice: '<saml:Advice/>', statement: `<saml:AuthzDecisionStatement Resource="urn:r" Decision="Permit"><saml:Action Namespace="urn:n">read</saml:Action></saml:AuthzDecisionStatement>${statement(attribute('a', 'b'))}` })) // prettier-ignore
  accepted('structure', 'confirmation-name', 'a SubjectConfirmation with a NameID', of({ subject: subject(undefined, confirmation().replace('<saml:SubjectConfirmationData', `${tag('saml:NameID', {}, 'bearer')}<saml:SubjectConfirmationData`)) })) // prettier-ignore
  const misplaced: readonly [string, string, Json, string[]?][] = [
    ['unknown', 'an element that the schema does not know', of({ advice: '<saml:Other/>' })],
    ['foreign', 'an element of another namespace', of({ advice: '<e:e xmlns:e="urn:e"/>' })],
    ['foreign-subject', 'a Subject of another namespace beside the true one', of({ subject: `<saml:Subject xmlns:saml="urn:e"><saml:NameID>${ADMIN}</saml:NameID></saml:Subject>${subject()}` }), ['S33']], // prettier-ignore
    ['foreign-conditions', 'Conditions of another namespace beside the true ones', of({ conditions: `<saml:Conditions xmlns:saml="urn:e"/>${conditions()}` }), ['S33']], // prettier-ignore
    ['foreign-name-id', 'a NameID of another namespace beside the true one', of({ subject: subject(`<saml:NameID xmlns:saml="urn:e">${ADMIN}</saml:NameID>${nameID()}`) }), ['S33', 'S93']], // prettier-ignore
    ['order', 'Conditions before Subject', of({ subject: conditions(), conditions: subject() })],
    ['statements-between', 'an AttributeStatement before Conditions', of({ subject: `${subject()}${statement(attribute('a', 'b'))}` })], // prettier-ignore
    ['text', 'text between the elements', of({ conditions: `x${conditions()}` })],
    ['in-subject', 'another element in Subject', of({ subject: subject(`<saml:BaseID/>${nameID()}`) })], // prettier-ignore
    ['in-confirmation', 'another element in SubjectConfirmation', of({ subject: subject(undefined, confirmation().replace('</saml:SubjectConfirmation>', '<e:e xmlns:e="urn:e"/></saml:SubjectConfirmation>')) })], // prettier-ignore
    [
      'in-statement',
      'another element in AttributeStatement',
      of({ statement: statement('<e:e xmlns:e="urn:e"/>') }),
    ],
    ['foreign-attribute', 'an Attribute of another namespace', of({ statement: statement(attribute('a', 'b'), '<e:Attribute xmlns:e="urn:e" Name="role"/>') }), ['S33']], // prettier-ignore
    ['foreign-value', 'an AttributeValue of another namespace beside the true one', of({ statement: statement(attribute('a', 'b').replace('</saml:Attribute>', '<e:AttributeValue xmlns:e="urn:e">c</e:AttributeValue></saml:Attribute>')) }), ['S33']], // prettier-ignore
  ]
  refused('structure', 'foreign-subject-only', 'misplaced', 'a Subject of another namespace instead of one', of({ subject: subject().replaceAll('saml:', 'e:').replace('<e:Subject', '<e:Subject xmlns:e="urn:e"') }), { attacks: ['S33'], ...also('subject missing', 'subject-confirmation missing', 'in-response-to missing') }) // prettier-ignore
  for (const [name, title, message, attacks] of misplaced) refused('structure', name, 'misplaced', title, message, attacks ? { attacks } : S63) // prettier-ignore

  accepted('issuer', 'exact', 'the entityID in Response and assertion', input(signed()))
  accepted('issuer', 'format', 'the same, declared to be an entity', of({ issuer: issuer(IDP, { Format: ENTITY }) }, { issuer: issuer(IDP, { Format: ENTITY }) })) // prettier-ignore
  accepted('issuer', 'response-none', 'an unsigned Response without an Issuer', of({}, { issuer: '' }))
  accepted('issuer', 'cdata', 'an Issuer in a CDATA section', of({ issuer: issuer(`<![CDATA[${IDP}]]>`) }), { attacks: ['S29'] }) // prettier-ignore
  const others: readonly [string, string, string, string][] = [
    ['other', 'mismatch', 'another identity provider', 'https://other.example.com/saml'],
    ['case', 'case', 'the entityID in another case', IDP.replace('idp', 'IdP')],
    ['slash', 'trailing-slash', 'the entityID with a slash', `${IDP}/`],
    ['prefix', 'mismatch', 'the entityID with more after it', `${IDP}.evil.example`],
    ['http', 'mismatch', 'the entityID with http', IDP.replace('https', 'http')],
    ['white-space', 'white-space', 'the entityID in lines of its own', `\n    ${IDP}\n`],
    ['empty', 'mismatch', 'an empty Issuer', ''],
    [
      'escapes',
      'mismatch',
      'characters that turn a line of a terminal around',
      `\u202e\u2066${IDP}\u009b31m`,
    ],
  ]
  for (const [name, reason, title, value] of others) {
    const attacks = name === 'escapes' ? ['S85', 'S74'] : ['S85', 'S48']
    refused('issuer', `assertion-${name}`, reason, `assertion: ${title}`, of({ issuer: issuer(value) }), {
      attacks,
    })
    refused('issuer', `response-${name}`, reason, `Response: ${title}`, of({}, { issuer: issuer(value) }), {
      attacks,
    })
  }
  refused('issuer', 'assertion-missing', 'missing', 'an assertion without an Issuer', of({ issuer: '' }), { attacks: ['S85'] }) // prettier-ignore
  refused('issuer', 'response-missing', 'missing', 'a signed Response without an Issuer', input(responseSigned({}, { issuer: '' })), { attacks: ['S85'] }) // prettier-ignore
  refused('issuer', 'assertion-several', 'several', 'an assertion with two Issuers', of({ issuer: issuer() + issuer() }), { attacks: ['S85'] }) // prettier-ignore
  refused('issuer', 'assertion-format', 'format', 'an Issuer that is declared to be an address', of({ issuer: issuer(IDP, { Format: EMAIL }) }), { attacks: ['S85'] }) // prettier-ignore
  refused('issuer', 'element', 'missing', 'an Issuer with an element in it', of({ issuer: issuer(`${IDP}<e:e xmlns:e="urn:e"/>`) }), { attacks: ['S85'] }) // prettier-ignore
  refused('issuer', 'disagree', 'mismatch', 'a signed Response of another issuer than its assertion', input(bothSigned({}, { issuer: issuer('https://other.example.com/saml') })), { attacks: ['S85'] }) // prettier-ignore
  refused('issuer', 'of-other-key', 'mismatch', 'the certificate of this identity provider, and the name of another', of({ issuer: issuer('https://other.example.com/saml') }, { issuer: issuer('https://other.example.com/saml') }), { attacks: ['S48'] }) // prettier-ignore

  /** Every way to miss the one right URL. */
  const urls: readonly [string, string, string, string][] = [
    ['other', 'mismatch', 'another service', 'https://app.example.com/saml/acs'],
    ['slash', 'trailing-slash', 'a slash more', `${ACS}/`],
    ['case', 'case', 'another case in the path', ACS.replace('/acs/', '/ACS/')],
    ['host-case', 'case', 'another case in the host', ACS.replace('signin.aws', 'SignIn.AWS')],
    ['query', 'mismatch', 'a query', `${ACS}?a=b`],
    ['fragment', 'mismatch', 'a fragment', `${ACS}#a`],
    ['userinfo', 'mismatch', 'the host as user name of another', ACS.replace('https://us-east-1.signin.aws.amazon.com', 'https://us-east-1.signin.aws.amazon.com@evil.example')], // prettier-ignore
    ['port', 'mismatch', 'the port that is the default', ACS.replace('.com/', '.com:443/')],
    ['http', 'mismatch', 'http', ACS.replace('https', 'http')],
    ['prefix', 'mismatch', 'the beginning of the URL', ACS.slice(0, -4)],
    ['percent', 'mismatch', 'a percent-encoded letter', ACS.replace('saml', '%73aml')],
    ['dots', 'mismatch', 'a path that leads to the same', ACS.replace('/acs/', '/x/../acs/')],
    ['white-space', 'white-space', 'a space', `${ACS} `],
    ['region', 'mismatch', 'another region', ACS.replace('us-east-1', 'eu-west-1')],
    ['empty', 'mismatch', 'an empty text', ''],
  ]
  accepted('destination', 'exact', 'the ACS URL', input(signed()))
  accepted(
    'destination',
    'none',
    'an unsigned Response without a destination',
    around({ Destination: undefined }),
  )
  refused('destination', 'missing', 'missing', 'a signed Response without a destination', aroundSigned({ Destination: undefined }), { attacks: ['S82'] }) // prettier-ignore
  accepted('recipient', 'exact', 'the ACS URL', input(signed()))
  const recipient = (Recipient: string | undefined): Json => of({ subject: subject(undefined, confirmation({ Recipient })) }) // prettier-ignore
  refused('recipient', 'missing', 'missing', 'no recipient', recipient(undefined), { attacks: ['S81'] })
  for (const [name, reason, title, url] of urls) {
    refused('destination', name, reason, `Destination: ${title}`, around({ Destination: url }), {
      attacks: ['S82'],
    })
    refused('recipient', name, reason, `Recipient: ${title}`, recipient(url), { attacks: ['S81'] })
  }
  refused('destination', 'signed', 'mismatch', 'a signed Response to another service', aroundSigned({ Destination: 'https://app.example.com/saml/acs' }), { attacks: ['S82'] }) // prettier-ignore

  audienceVectors()
  connectorVectors()
  sizeVectors()
  return vectors

  function audienceVectors(): void {
    const S80 = { attacks: ['S80'] }
    const restricted = (content: string): Json => of({ conditions: conditions({}, content) })
    accepted('audience', 'exact', 'the entityID', input(signed()))
    accepted('audience', 'among-others', 'the entityID among other audiences of one restriction', restricted(audience('urn:a', SP, 'urn:b')), S80) // prettier-ignore
    accepted('audience', 'two-restrictions', 'two restrictions that both name the entityID', restricted(audience(SP) + audience('urn:a', SP)), S80) // prettier-ignore
    const wrong: readonly [string, string, string, string][] = [
      ['missing', 'missing', 'no restriction', ''],
      ['none', 'mismatch', 'a restriction without an audience', tag('saml:AudienceRestriction')],
      ['other', 'mismatch', 'another audience', audience('https://app.example.com/saml')],
      ['others', 'mismatch', 'several others', audience('urn:a', 'urn:b')],
      [
        'and',
        'mismatch',
        'two restrictions, of which the second names another',
        audience(SP) + audience('urn:a'),
      ],
      [
        'and-first',
        'mismatch',
        'two restrictions, of which the first names another',
        audience('urn:a') + audience(SP),
      ],
      ['and-last', 'mismatch', 'a hundred restrictions, of which the last names another', audience(SP).repeat(99) + audience('urn:a')], // prettier-ignore
      ['prefix', 'mismatch', 'the beginning of the entityID', audience(SP.slice(0, -1))],
      ['longer', 'mismatch', 'the entityID with more after it', audience(`${SP}0`)],
      ['case', 'case', 'the entityID in another case', audience(SP.toUpperCase())],
      ['slash', 'trailing-slash', 'the entityID with a slash', audience(`${SP}/`)],
      ['white-space', 'white-space', 'the entityID with white space around it', audience(`\n${SP}\n`)],
      ['list', 'mismatch', 'a list in one text', audience(`urn:a ${SP}`)],
      ['empty', 'mismatch', 'an empty audience', audience('')],
      ['acs', 'mismatch', 'the ACS URL', audience(ACS)],
      ['wildcard', 'mismatch', 'a wildcard', audience('*')],
      ['foreign', 'missing', 'an Audience of another namespace', `<saml:AudienceRestriction><e:Audience xmlns:e="urn:e">${SP}</e:Audience></saml:AudienceRestriction>`], // prettier-ignore
      ['element', 'missing', 'an Audience with an element in it', audience(`${SP}<e:e xmlns:e="urn:e"/>`)],
    ]
    for (const [name, reason, title, content] of wrong) refused('audience', name, reason, title, restricted(content), S80) // prettier-ignore
  }

  /** The SAML federation of IAM is another door. */
  function connectorVectors(): void {
    const iam = 'https://signin.aws.amazon.com/saml'
    const all = (url: string, name = 'urn:amazon:webservices'): Json =>
      of({ conditions: conditions({}, audience(name)), subject: subject(undefined, confirmation({ Recipient: url })) }, { attributes: { Destination: url } }) // prettier-ignore
    const misses = also('audience mismatch', 'destination mismatch', 'recipient mismatch')
    accepted('connector', 'identity-center', 'the URLs of Identity Center', input(signed()))
    accepted('connector', 'own-profile', 'the URLs of IAM where they are what is expected', input(signed({ conditions: conditions({}, audience('urn:amazon:webservices')), subject: subject(undefined, confirmation({ Recipient: iam })) }, { attributes: { Destination: iam } }), { profile: 'service-provider', sp: { entityID: 'urn:amazon:webservices', acsURL: iam } })) // prettier-ignore
    refused(
      'connector',
      'iam',
      'iam-federation',
      'what an application for an AWS account sends',
      all(iam),
      misses,
    )
    refused('connector', 'iam-region', 'iam-federation', 'the same, in a region', all('https://eu-west-1.signin.aws.amazon.com/saml'), misses) // prettier-ignore
    refused('connector', 'iam-encrypted', 'iam-federation', 'the same, with the path for encrypted assertions', all('https://signin.aws.amazon.com/saml/acs/SAML1'), misses) // prettier-ignore
    refused('connector', 'audience', 'iam-federation', 'the audience of IAM alone', of({ conditions: conditions({}, audience('urn:amazon:webservices')) }), also('audience mismatch')) // prettier-ignore
    refused('connector', 'second-audience', 'iam-federation', 'the audience of IAM beside that of Identity Center', of({ conditions: conditions({}, audience(SP, 'urn:amazon:webservices')) })) // prettier-ignore
    refused('connector', 'destination', 'iam-federation', 'the destination of IAM alone', around({ Destination: iam }), also('destination mismatch')) // prettier-ignore
  }

  function sizeVectors(): void {
    const sized = (characters: number, filler = 'x'): Json => {
      const make = (length: number): string => signed({ statement: statement(attribute('team', filler.repeat(length))) }) // prettier-ignore
      const count = (text: string): number => [...text.slice(text.indexOf('<saml:Assertion'), text.indexOf('</samlp:Response>'))].length // prettier-ignore
      return inParts(make(characters - count(make(1)) + 1), filler) // prettier-ignore
    }
    const S69 = { attacks: ['S69'] }
    accepted('assertion-size', 'spare', 'an assertion of 45,000 characters', input(sized(45_000)), S69)
    warned(
      'assertion-size',
      'near',
      'near-limit',
      'an assertion of 45,001 characters',
      input(sized(45_001)),
      S69,
    )
    warned(
      'assertion-size',
      'limit',
      'near-limit',
      'an assertion of 50,000 characters',
      input(sized(50_000)),
      S69,
    )
    warned(
      'assertion-size',
      'above',
      'too-large',
      'an assertion of 50,001 characters',
      input(sized(50_001)),
      S69,
    )
    accepted('assertion-size', 'astral', 'an assertion of 45,000 characters, most of which take two UTF-16 units', input(sized(45_000, '\u{1f600}')), S69) // prettier-ignore
    warned('assertion-size', 'astral-near', 'near-limit', 'the same with one more', input(sized(45_001, '\u{1f600}')), S69) // prettier-ignore
    warned('assertion-size', 'bytes', 'near-limit', 'an assertion of 50,000 characters that has more bytes', input(sized(50_000, '\u00e9')), S69) // prettier-ignore
  }
}
