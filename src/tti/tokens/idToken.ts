import { encodeBase64url, encodeUtf8, formatDateTime } from '../../core/codec.js'
import { FederationError } from '../../core/outcome.js'
import type { AsyncSigner, Signer } from '../../core/ports.js'
import { identityStoreARN, issuerOf } from '../application.js'
import { tokenExpiry, type TokenContents } from './contents.js'

/**
 * The ID token of an exchange, with the claims of Identity Center's. AWS signs its own with a key that nobody else has;
 * this one is RS256, so that an exchange of one's own can publish its key and be verified.
 */
export async function signIDToken(
  contents: TokenContents,
  contexts: { readonly identity: string; readonly audit: string },
  signer: Signer | AsyncSigner,
): Promise<string> {
  if (signer.alg !== 'rsa-sha256')
    throw new FederationError('ERR_INVALID_OPTION', 'ID tokens are signed with rsa-sha256.')
  const { deployment, application, actor, user, now, authTime } = contents
  const header = { alg: 'RS256', typ: 'JWT', ...(signer.keyID === undefined ? {} : { kid: signer.keyID }) }
  const payload = {
    iss: issuerOf(deployment),
    sub: user.userId,
    aud: application.arn,
    'aws:identity_store_id': deployment.identityStoreId,
    'aws:identity_store_arn': identityStoreARN(deployment),
    'aws:instance_account': deployment.accountId,
    'aws:instance_arn': deployment.instanceARN,
    'aws:credential_id': contents.credentialId,
    'sts:identity_context': contexts.identity,
    'sts:audit_context': contexts.audit,
    ...(actor === undefined ? {} : { act: { sub: actor } }),
    auth_time: deployment.idTokenAuthTime === 'seconds' ? authTime : formatDateTime(authTime),
    iat: now,
    exp: tokenExpiry(contents),
  }
  const input = [header, payload].map((part) => encodeBase64url(encodeUtf8(JSON.stringify(part)))).join('.')
  return `${input}.${encodeBase64url(await signer.sign(encodeUtf8(input)))}`
}
