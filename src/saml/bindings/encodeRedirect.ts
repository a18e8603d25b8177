import { deflateRawSync } from 'node:zlib'
import type { AsyncSigner, Signer } from '../../core/ports.js'
import { checkOptions, misuse } from '../expectation.js'
import { DSIG } from '../names.js'
import { SIGNER_METHODS } from '../xml/algorithms.js'
import { childrenNamed } from '../xml/query.js'
import { endpointOf } from './endpoint.js'
import { MAX_QUERY_CHARACTERS } from './input.js'
import { base64Signature, checkSigner } from '../signer.js'
import { documentOf, type OutgoingMessage } from './outgoing.js'
import { percentDecoded, percentEncoded } from './percent.js'
import { relayStateOf } from './relayState.js'

export interface RedirectOptions extends OutgoingMessage {
  /** Signs the query. Default: it is not signed. */
  readonly signer?: Signer | undefined
}

export interface RedirectAsyncOptions extends OutgoingMessage {
  readonly signer: AsyncSigner | Signer
}

/**
 * The URL that sends a message by HTTP-Redirect (SAML Bindings 3.4): deflated, base64, percent-encoded; with a signer, signed
 * over the very octets of the query. They are encoded so that no browser changes them on the way. Meant for requests,
 * of some hundred bytes: a Response goes by `encodePost`. For what becomes of the RelayState see `checkRelayState`.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, such as a message that holds an enveloped Signature, which this
 *   binding forbids; `ERR_SIGNER_FAILED` when the signer answers no signature
 *
 * @example
 * ```ts
 * import { encodeRedirect } from 'countersign/saml'
 *
 * declare const authnRequest: string
 * const url = encodeRedirect({
 *   message: authnRequest,
 *   kind: 'SAMLRequest',
 *   destination: 'https://idp.example.com/sso',
 *   relayState: '/reports',
 * })
 * console.log(url) // for the Location of a 302
 * ```
 */
export function encodeRedirect(options: RedirectOptions): string {
  checkOptions(options)
  const { signer } = options
  const { bytes, finish } = toBeSent(options, signer)
  return finish(signer?.sign(bytes))
}

/** As {@link encodeRedirect}, with a signer that takes its time, such as a KMS. */
export async function encodeRedirectAsync(options: RedirectAsyncOptions): Promise<string> {
  checkOptions(options)
  const { signer } = options
  if (signer === undefined) misuse('signer is required.')
  const { bytes, finish } = toBeSent(options, signer)
  return finish(await signer.sign(bytes))
}

interface ToBeSent {
  readonly bytes: Uint8Array
  finish(signature: Uint8Array | undefined): string
}

/** What a query may not hold already. */
const RESERVED = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SAMLEncoding', 'SigAlg', 'Signature']

function toBeSent(options: OutgoingMessage, signer: Signer | AsyncSigner | undefined): ToBeSent {
  const { message, destination } = options
  const { root, kind } = documentOf(options)
  if (signer !== undefined) checkSigner(signer)
  if (childrenNamed(root, DSIG, 'Signature').length > 0)
    misuse(
      'A message by HTTP-Redirect holds no Signature: the query is signed instead (SAML Bindings 3.4.4.1).',
    )
  const before = queryOf(destination)
  const relayState = relayStateOf(options.relayState)
  const parameters = [`${kind}=${percentEncoded(deflateRawSync(message).toString('base64'))}`]
  if (relayState !== undefined) parameters.push(`RelayState=${percentEncoded(relayState)}`)
  if (signer) parameters.push(`SigAlg=${percentEncoded(SIGNER_METHODS[signer.alg].method)}`)
  const query = parameters.join('&')
  return {
    bytes: Buffer.from(query),
    finish: (signature) => {
      const signed =
        signer === undefined ? query : `${query}&Signature=${percentEncoded(base64Signature(signature))}`
      if (signed.length > MAX_QUERY_CHARACTERS)
        misuse('The message is too long for a URL. Send it by HTTP-POST.')
      return `${destination}${before}${signed}`
    },
  }
}

/** What stands between a destination and the query that is added. */
function queryOf(destination: string): '?' | '&' | '' {
  const { search } = endpointOf(destination, 'destination')
  const names = search
    .slice(1)
    .split('&')
    .map((part) => percentDecoded(part.split('=', 1)[0] ?? ''))
  if (names.some((name) => name !== undefined && RESERVED.includes(name)))
    misuse('destination: its query holds a parameter of SAML already.')
  if (!destination.includes('?')) return '?'
  return /[?&]$/.test(destination) ? '' : '&'
}
