import { SSOOIDC } from '@aws-sdk/client-sso-oidc'
import { STS } from '@aws-sdk/client-sts'
import { assertAccepted } from 'countersign'
import { decide, requestContext } from 'countersign/abac'
import { assumeRoleRequest, identityContext } from 'countersign/tti'
import { appKey, readersRole } from './center.mjs'
import { readersPolicy } from './people.mjs'

/** The clients of AWS. Without `endpoint` they ask the real one. */
export function awsClients(endpoint) {
  const common = { endpoint, region: 'us-east-1', credentials: appKey, maxAttempts: 1 }
  return {
    oidc: new SSOOIDC(common),
    sts: new STS(common),
    stsFor: (credentials) => new STS({ ...common, credentials }),
  }
}

/** A role session of a person: AWS sees the person behind it, and the tags. */
export async function roleSessionOf({ identity, sessionTags, exchanged }, { sts, stsFor }) {
  const tags = Object.fromEntries(sessionTags.tags.map(({ key, value }) => [key, value]))
  const { contextAssertion } = assertAccepted(identityContext(exchanged))
  const input = assertAccepted(
    assumeRoleRequest({
      roleArn: readersRole,
      roleSessionName: identity.subject,
      identityContext: contextAssertion,
      sessionTags: tags,
    }),
  )
  const { Credentials: made } = await sts.assumeRole(input)
  const credentials = {
    accessKeyId: made.AccessKeyId,
    secretAccessKey: made.SecretAccessKey,
    sessionToken: made.SessionToken,
  }
  const { Arn } = await stsFor(credentials).getCallerIdentity({})
  return { arn: Arn, accessKeyId: credentials.accessKeyId, expiresAt: made.Expiration, tags }
}

/** Whether a role session may read a document: what S3 would say, by IAM's own JSON. */
export function mayRead(session, { id, department }) {
  const action = 's3:GetObject'
  return decide(
    { identity: [readersPolicy] },
    {
      principal: session.arn,
      action,
      resource: `arn:aws:s3:::company-documents/${id}`,
      context: requestContext({
        action,
        sessionTags: session.tags,
        context: { 's3:ExistingObjectTag/Department': department },
      }),
    },
  )
}
