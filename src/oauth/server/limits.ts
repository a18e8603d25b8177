/** How long each thing of a grant lives, in seconds, and how large it may be. */
export const GRANT_LIMITS = {
  /** A client's secret: 90 days. */
  clientSecretSeconds: 7_776_000,
  /** An authorization code: it goes straight from the browser to the client (RFC 9700 allows ten minutes). */
  codeSeconds: 60,
  /** A device code, as the service has it. */
  deviceCodeSeconds: 600,
  /** Between two polls of a device, and what each `slow_down` adds for good (RFC 8628 3.5). */
  pollSeconds: 1,
  slowDownSeconds: 5,
  /** How long after its end a device code is still told to have expired, rather than to be unknown. */
  expiredDeviceCodeSeconds: 600,
  /** Wrong user codes that one person, and all people together, may enter in one window. */
  wrongUserCodesOfOne: 5,
  wrongUserCodesOfAll: 100,
  wrongUserCodeWindowSeconds: 600,
  /** Device authorizations that may begin in one window: no more than twice as many codes can be hit at once. */
  deviceAuthorizations: 1000,
  deviceAuthorizationWindowSeconds: 600,
  /** Clients that may register in one window. */
  registrations: 1000,
  registrationWindowSeconds: 600,
  redirectURIs: 10,
  redirectURICharacters: 2048,
  clientNameCharacters: 100,
  textCharacters: 2048,
} as const
