import type { Keys } from '../keys.js'
import { cases, type Json, type Vector } from '../vector.js'
import type { Members } from '../world.js'
import { confirmation, subject } from './template.js'
import { also, samlToolbox } from './toolbox.js'

/** Which request is answered. */
export function inResponseToVectors(keys: Keys): readonly Vector[] {
  const { accepted, refused, warned, vectors } = cases('response', 'meaning', ['S83'], 'saml')
  const { input, signed, responseSigned } = samlToolbox(keys)
  const answering = (ofResponse: string | undefined, ofAssertion: string | undefined): string =>
    signed(
      { subject: subject(undefined, confirmation({ InResponseTo: ofAssertion })) },
      { attributes: { InResponseTo: ofResponse } },
    )
  const held = (text: string, inResponseTo: Json | undefined): Json =>
    input(text, { inResponseTo } as Members)
  const own = '_request-1'
  const other = '_request-2'
  const outstanding: readonly [string, Json][] = [
    ['one', own],
    ['list', ['_request-0', own, '_request-9']],
  ]
  for (const [name, ids] of outstanding) {
    accepted('in-response-to', name, `both name ${name === 'one' ? 'the outstanding request' : 'one of the outstanding requests'}`, held(answering(own, own), ids), { value: { inResponseTo: own } }) // prettier-ignore
    refused('in-response-to', `${name}-neither`, 'missing', 'neither names a request, and one is outstanding', held(answering(undefined, undefined), ids)) // prettier-ignore
    refused('in-response-to', `${name}-response-only`, 'missing', 'the unsigned Response alone names it', held(answering(own, undefined), ids)) // prettier-ignore
    refused('in-response-to', `${name}-assertion-only`, 'missing', 'the assertion alone names it', held(answering(undefined, own), ids)) // prettier-ignore
    refused('in-response-to', `${name}-both-other`, 'mismatch', 'both name another request', held(answering(other, other), ids)) // prettier-ignore
    refused('in-response-to', `${name}-disagree`, 'disagree', 'the Response names it, and the assertion another', held(answering(own, other), ids)) // prettier-ignore
    refused('in-response-to', `${name}-disagree-response`, 'disagree', 'the assertion names it, and the Response another', held(answering(other, own), ids)) // prettier-ignore
  }
  refused('in-response-to', 'empty-list', 'mismatch', 'a request, and none of an empty list is outstanding', held(answering(own, own), [])) // prettier-ignore
  refused('in-response-to', 'case', 'mismatch', 'the request in another case', held(answering('_REQUEST-1', '_REQUEST-1'), own)) // prettier-ignore
  refused('in-response-to', 'white-space', 'mismatch', 'the request with a space', held(answering('_request-1 ', '_request-1 '), own)) // prettier-ignore
  refused('in-response-to', 'empty', 'empty', 'an empty text', held(answering('', ''), own))
  refused('in-response-to', 'empty-assertion', 'empty', 'the request, and an empty text in the assertion', held(answering(own, ''), own)) // prettier-ignore
  const long = (characters: number): string => `_${'x'.repeat(characters - 1)}`
  accepted(
    'in-response-to',
    'longest',
    'a request of 256 characters',
    held(answering(long(256), long(256)), long(256)),
  )
  refused('in-response-to', 'too-long', 'form', 'a request of 257 characters', held(answering(long(257), long(257)), long(257))) // prettier-ignore
  refused('in-response-to', 'prototype', 'mismatch', 'the name of a member of every object', held(answering('constructor', 'constructor'), own)) // prettier-ignore
  refused(
    'in-response-to',
    'proto',
    'mismatch',
    '__proto__',
    held(answering('__proto__', '__proto__'), [own]),
  )
  refused('in-response-to', 'signed-response', 'missing', 'a signed Response names it, its assertion does not', held(responseSigned({ subject: subject(undefined, confirmation({ InResponseTo: undefined })) }), own)) // prettier-ignore

  const S84 = { attacks: ['S84'] }
  accepted('in-response-to', 'unsolicited', 'no request is named, and none is outstanding', held(answering(undefined, undefined), null), S84) // prettier-ignore
  refused('in-response-to', 'unsolicited-both', 'solicited', 'both name a request, and none is outstanding', held(answering(own, own), null), S84) // prettier-ignore
  refused('in-response-to', 'unsolicited-response', 'solicited', 'the Response names a request, and none is outstanding', held(answering(own, undefined), null), S84) // prettier-ignore
  refused('in-response-to', 'unsolicited-assertion', 'solicited', 'the assertion names a request, and none is outstanding', held(answering(undefined, own), null), S84) // prettier-ignore
  refused('in-response-to', 'unsolicited-empty', 'empty', 'both name a request by an empty text, and none is outstanding', held(answering('', ''), null), S84) // prettier-ignore
  refused('in-response-to', 'unchecked-disagree', 'disagree', 'nobody says what is outstanding, and the two disagree', held(answering(own, other), undefined), also('in-response-to-unchecked unchecked')) // prettier-ignore

  accepted(
    'in-response-to-unchecked',
    'request',
    'the outstanding request is known',
    held(answering(own, own), own),
  )
  accepted('in-response-to-unchecked', 'none', 'it is known that none is outstanding', held(answering(undefined, undefined), null)) // prettier-ignore
  warned('in-response-to-unchecked', 'solicited', 'unchecked', 'a Response to a request, and nobody says what is outstanding', held(answering(own, own), undefined)) // prettier-ignore
  warned('in-response-to-unchecked', 'unsolicited', 'unchecked', 'a Response to no request, likewise', held(answering(undefined, undefined), undefined)) // prettier-ignore
  return vectors
}
