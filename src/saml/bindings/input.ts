/** Which of the two a message is: also the name of the parameter that carries it. */
export type MessageKind = 'SAMLRequest' | 'SAMLResponse'

/** What came by HTTP-Redirect: the query of the URL as it was received, without its question mark, nothing decoded. */
export interface RedirectInput {
  readonly binding: 'redirect'
  readonly query: string
}

/**
 * What came by HTTP-POST: the body of application/x-www-form-urlencoded as it was received, or what another parser made
 * of one. The raw body is better: parsers pass over broken escapes and merge what comes twice.
 */
export interface PostInput {
  readonly binding: 'post'
  readonly body: string | Uint8Array | Readonly<Record<string, unknown>>
}

export type MessageInput = RedirectInput | PostInput

/** A message out of its binding. Nothing is verified, and nothing of it is read yet. */
export interface DecodedMessage {
  readonly binding: 'redirect' | 'post'
  readonly kind: MessageKind
  /** The XML. */
  readonly message: string
  /** To the letter; an empty one is not the same as none. Opaque: never a URL to go to unseen (S97). */
  readonly relayState?: string
  /** What a query says of its signature: for `verifyRedirectSignature`, and proof of nothing. */
  readonly signature?: { readonly algorithm: string; readonly value: string }
}

/** Longer than any server reads of a URL, and some twenty times the longest that SAML needs. */
export const MAX_QUERY_CHARACTERS = 65_536
/** The base64 of the largest message, percent-encoded, and a RelayState. */
export const MAX_FORM_CHARACTERS = 524_288
/** Of a query or form, whoever they are for. */
export const MAX_PARAMETERS = 64
/** What a deflated message may grow to: the size at which no message is read any more. */
export const MAX_INFLATED_BYTES = 262_144
