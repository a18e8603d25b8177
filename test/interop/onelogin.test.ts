import { peer } from '../support/peers.js'
import { ask, imports } from './python.js'
import { describeReader, NEVER, type Answer } from './reader.js'

const it = await peer(
  { name: "OneLogin's python3-saml (strict)", debianPackage: 'python3-onelogin-saml2' },
  () => imports('onelogin.saml2.auth'),
)

const SIGNATURE = /Signature validation failed/
const COUNT = /must contain 1 assertion/

describeReader(
  'python3-onelogin-saml2',
  {
    read: (deliveries) => ask<Answer>('onelogin.py', deliveries),
    odd: {
      'white space around': { because: 'It strips values.', reads: ['around'] },
      'white space alone': { because: 'It strips values, and leaves out what is empty then.', reads: [] },
      'no character': { because: 'It leaves out values that are empty.', reads: [] },
    },
    takes: [
      {
        mistake: 'request',
        because: 'It has no way to say that only an unsolicited Response is expected.',
        when: (kind) => kind === 'account',
      },
      {
        mistake: 'comment',
        because: 'It drops comments while parsing, and reads all of the text: the person is the right one.',
      },
    ],
    says: {
      expired: /not validate timestamp: expired/,
      'not-yet': /not validate timestamp: not yet valid/,
      'session-expired': /SessionNotOnOrAfter/,
      audience: /not a valid audience/,
      acs: /response was received at/,
      recipient: /valid SubjectConfirmation was not found/,
      destination: /response was received at/,
      issuer: /Invalid issuer/,
      request: /InResponseTo of the Response/,
      status: /status code of the Response was not Success/,
      key: SIGNATURE,
      'key-info': SIGNATURE,
      'borrowed-certificate': SIGNATURE,
      unsigned: /not signed and the SP require it/,
      'signature-value': SIGNATURE,
      'name-id': SIGNATURE,
      comment: NEVER,
      value: SIGNATURE,
      attribute: SIGNATURE,
      prolonged: SIGNATURE,
      'wrap-before': COUNT,
      'wrap-after': COUNT,
      'wrap-extensions': COUNT,
      'wrap-confirmation': COUNT,
      'wrap-object': COUNT,
      'wrap-response': COUNT,
    },
  },
  it,
)
