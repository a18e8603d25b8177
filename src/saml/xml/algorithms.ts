import type { Signer } from '../../core/ports.js'

export const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const ENVELOPED_SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'

export type Hash = 'sha1' | 'sha256' | 'sha384' | 'sha512'

/** The only signatures there are: RSASSA-PKCS1-v1_5. A Map, so that no name of Object.prototype is an algorithm (S45). */
export const SIGNATURE_METHODS: ReadonlyMap<string, Hash> = new Map([
  ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'sha1'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'sha512'],
])

export const DIGEST_METHODS: ReadonlyMap<string, Hash> = new Map([
  ['http://www.w3.org/2000/09/xmldsig#sha1', 'sha1'],
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
])

/** What a signer's algorithm is called in a signature, and the digest that goes with it. */
export const SIGNER_METHODS: Readonly<
  Record<Signer['alg'], { readonly method: string; readonly digest: string; readonly hash: Hash }>
> = {
  'rsa-sha256': {
    method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
    hash: 'sha256',
  },
  'rsa-sha384': {
    method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
    digest: 'http://www.w3.org/2001/04/xmldsig-more#sha384',
    hash: 'sha384',
  },
  'rsa-sha512': {
    method: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha512',
    hash: 'sha512',
  },
}
