import { createHash } from 'node:crypto'
import type { Finding } from '../../core/outcome.js'
import { misuse } from '../expectation.js'
import { endpointOf } from './endpoint.js'
import type { MessageKind } from './input.js'
import { documentOf, type OutgoingMessage } from './outgoing.js'
import { checkRelayState, relayStateOf } from './relayState.js'

export interface PostOptions extends OutgoingMessage {
  /** A base64 nonce of the caller's own policy, which is then allowed beside the hash and written on the script. */
  readonly nonce?: string | undefined
  /**
   * Where the receiver may redirect to in its answer, as origins, or `https:` for anywhere. Chromium holds the redirects
   * that answer a form against form-action, too, and stays on the page if one is not allowed. Default: none but the
   * origin of the destination.
   */
  readonly redirectOrigins?: readonly string[] | undefined
}

/** A page that posts a message, and what it consists of. */
export interface PostedMessage {
  /** A whole page in UTF-8. It submits itself, and has a button for when scripts are off. */
  readonly html: string
  /** The form fields, for a page of one's own. */
  readonly fields: { readonly [kind in MessageKind]?: string } & { readonly RelayState?: string }
  /** For the header Content-Security-Policy of the page. Send `Cache-Control: no-store` with it, too. */
  readonly contentSecurityPolicy: string
  /** Warnings about the RelayState. */
  readonly findings: readonly Finding[]
}

/** Constant, so that one hash allows it and nothing else. */
const SCRIPT = 'document.forms[0].submit()'
const SCRIPT_SOURCE = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`

/**
 * The page that sends a message by HTTP-POST (SAML Bindings 3.5) as soon as a browser shows it. No value can break out of its
 * place, the policy allows one constant script and one place to post to, and nothing is loaded. The RelayState arrives
 * to the letter, but for what `saml/relay-state-form` warns of: browsers write line breaks their own way.
 *
 * @throws FederationError `ERR_INVALID_OPTION` for misuse, such as a destination that is neither https nor this machine
 *
 * @example
 * ```ts
 * import { encodePost } from 'countersign/saml'
 *
 * declare const response: string
 * const { html, contentSecurityPolicy } = encodePost({
 *   message: response,
 *   kind: 'SAMLResponse',
 *   destination: 'https://app.example.com/saml/acs',
 *   relayState: '/reports',
 * })
 * console.log(contentSecurityPolicy, html)
 * ```
 */
export function encodePost(options: PostOptions): PostedMessage {
  const { kind } = documentOf(options)
  const { message, destination, nonce } = options
  const { origin, host } = endpointOf(destination, 'destination')
  if (nonce !== undefined && !(typeof nonce === 'string' && /^[A-Za-z0-9+/_-]{16,256}={0,2}$/.test(nonce)))
    misuse('nonce must be base64 of 16 characters or more.')
  const relayState = relayStateOf(options.relayState)
  const fields = {
    [kind]: Buffer.from(message).toString('base64'),
    ...(relayState === undefined ? {} : { RelayState: relayState }),
  }
  return {
    html: page({ fields, destination, host, nonce }),
    fields,
    contentSecurityPolicy: policy(origin, options),
    findings: relayState === undefined ? [] : checkRelayState(relayState, 'post'),
  }
}

function policy(origin: string, { nonce, redirectOrigins = [] }: PostOptions): string {
  if (!Array.isArray(redirectOrigins)) misuse('redirectOrigins must be a list.')
  for (const one of redirectOrigins)
    if (one !== 'https:' && endpointOf(one, 'redirectOrigins').origin !== one)
      misuse('redirectOrigins must be origins, such as https://app.example.com, or https: alone.')
  const targets = [...new Set([origin, ...redirectOrigins])].map(source)
  const script = nonce === undefined ? SCRIPT_SOURCE : `${SCRIPT_SOURCE} 'nonce-${nonce}'`
  return [
    "default-src 'none'",
    `script-src ${script}`,
    `form-action ${targets.join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

/** A policy has no way to spell the address of an IPv6 host: of this machine's own the scheme has to do. */
function source(origin: string): string {
  return origin.includes('[') ? origin.slice(0, origin.indexOf('/')) : origin
}

interface Page {
  readonly fields: Readonly<Record<string, string>>
  readonly destination: string
  readonly host: string
  readonly nonce: string | undefined
}

function page({ fields, destination, host, nonce }: Page): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  )
  const script = nonce === undefined ? '<script>' : `<script nonce="${escaped(nonce)}">`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Continue to ${escaped(host)}</title>
</head>
<body>
<main>
<h1>Continue to ${escaped(host)}</h1>
<p>Your browser goes on by itself. If it does not, choose Continue.</p>
<form method="post" action="${escaped(destination)}" accept-charset="utf-8" autocomplete="off">
${inputs.join('\n')}
<button type="submit">Continue</button>
</form>
</main>
${script}${SCRIPT}</script>
</body>
</html>
`
}

/** Everything that could end a value, and the white space that parsers of HTML would write otherwise. */
function escaped(text: string): string {
  return text.replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}
