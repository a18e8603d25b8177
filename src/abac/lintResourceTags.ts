import { matchAction } from '../core/policy/index.js'
import { misuse } from './misuse.js'

/** What is known of the actions of one service and the tags of what they act on. */
export interface ResourceTagSupport {
  readonly service: string
  readonly source: string
  /** The service's own spelling of `aws:ResourceTag`, where it has one. */
  readonly ownKey?: string
  /** What must be switched on before its actions see resource tags. */
  readonly optIn?: string
  readonly honours: readonly string[]
  readonly ignores: readonly string[]
}

const REFERENCE = 'Service Authorization Reference'

/**
 * Which actions see the tags of the resource, for the services that permission sets are mostly written for. It is far
 * from whole: an action that is not listed is not known, and said to be so.
 */
export const resourceTagSupport: readonly ResourceTagSupport[] = [
  {
    service: 'ec2',
    source: `${REFERENCE}, Amazon EC2`,
    ownKey: 'ec2:ResourceTag',
    honours: [
      ...['AttachVolume', 'AuthorizeSecurityGroupEgress', 'AuthorizeSecurityGroupIngress', 'CreateSnapshot'],
      ...[
        'CreateTags',
        'DeleteSecurityGroup',
        'DeleteSnapshot',
        'DeleteTags',
        'DeleteVolume',
        'DetachVolume',
      ],
      ...['GetConsoleOutput', 'GetConsoleScreenshot', 'GetPasswordData', 'ModifyInstanceAttribute'],
      ...['RebootInstances', 'RevokeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RunInstances'],
      ...['StartInstances', 'StopInstances', 'TerminateInstances'],
    ],
    ignores: [
      ...['CreateKeyPair', 'DescribeAccountAttributes', 'DescribeAddresses', 'DescribeAvailabilityZones'],
      ...['DescribeImages', 'DescribeInstanceStatus', 'DescribeInstanceTypes', 'DescribeInstances'],
      ...['DescribeKeyPairs', 'DescribeNetworkInterfaces', 'DescribeRegions', 'DescribeSecurityGroups'],
      ...['DescribeSnapshots', 'DescribeSubnets', 'DescribeTags', 'DescribeVolumes', 'DescribeVpcs'],
    ],
  },
  {
    service: 's3',
    source: `${REFERENCE}, Amazon S3; Amazon S3 User Guide, Enabling ABAC in general purpose buckets`,
    optIn:
      'Enable ABAC on each general purpose bucket (PutBucketAbac). It is the tags of the bucket that count; those of an object are s3:ExistingObjectTag.',
    honours: [
      ...[
        'AbortMultipartUpload',
        'DeleteBucket',
        'DeleteObject',
        'DeleteObjectTagging',
        'DeleteObjectVersion',
      ],
      ...['GetBucketAcl', 'GetBucketLocation', 'GetBucketPolicy', 'GetBucketTagging', 'GetBucketVersioning'],
      ...['GetObject', 'GetObjectAcl', 'GetObjectAttributes', 'GetObjectTagging', 'GetObjectVersion'],
      ...['ListBucket', 'ListBucketMultipartUploads', 'ListBucketVersions', 'ListMultipartUploadParts'],
      ...['PutBucketPolicy', 'PutObject', 'PutObjectAcl', 'PutObjectTagging', 'RestoreObject'],
    ],
    ignores: [
      ...['GetAccountPublicAccessBlock', 'ListAccessGrantsInstances', 'ListAccessPoints', 'ListAllMyBuckets'],
      ...['ListJobs', 'ListMultiRegionAccessPoints', 'PutAccountPublicAccessBlock'],
    ],
  },
  {
    service: 'dynamodb',
    source: `${REFERENCE}, Amazon DynamoDB`,
    honours: [
      ...[
        'BatchGetItem',
        'BatchWriteItem',
        'ConditionCheckItem',
        'DeleteItem',
        'DeleteTable',
        'DescribeTable',
      ],
      ...['GetItem', 'GetRecords', 'PutItem', 'Query', 'Scan', 'UpdateItem', 'UpdateTable'],
    ],
    ignores: [
      'DescribeEndpoints',
      'DescribeLimits',
      'ListBackups',
      'ListGlobalTables',
      'ListStreams',
      'ListTables',
    ],
  },
  {
    service: 'lambda',
    source: `${REFERENCE}, AWS Lambda`,
    honours: [
      ...['AddPermission', 'CreateAlias', 'DeleteFunction', 'GetFunction', 'GetFunctionConfiguration'],
      ...['InvokeFunction', 'PublishVersion', 'UpdateFunctionCode', 'UpdateFunctionConfiguration'],
    ],
    ignores: [
      ...['AddLayerVersionPermission', 'DeleteLayerVersion', 'GetAccountSettings', 'GetLayerVersion'],
      ...[
        'ListEventSourceMappings',
        'ListFunctions',
        'ListLayerVersions',
        'ListLayers',
        'PublishLayerVersion',
      ],
    ],
  },
  {
    service: 'secretsmanager',
    source: `${REFERENCE}, AWS Secrets Manager`,
    ownKey: 'secretsmanager:ResourceTag',
    honours: [
      ...[
        'CancelRotateSecret',
        'DeleteResourcePolicy',
        'DeleteSecret',
        'DescribeSecret',
        'GetResourcePolicy',
      ],
      ...['GetSecretValue', 'ListSecretVersionIds', 'PutResourcePolicy', 'PutSecretValue', 'RestoreSecret'],
      ...['RotateSecret', 'TagResource', 'UntagResource', 'UpdateSecret', 'UpdateSecretVersionStage'],
    ],
    ignores: ['BatchGetSecretValue', 'GetRandomPassword', 'ListSecrets'],
  },
  {
    service: 'sqs',
    source: `${REFERENCE}, Amazon SQS`,
    honours: [
      ...['ChangeMessageVisibility', 'DeleteMessage', 'DeleteQueue', 'GetQueueAttributes', 'GetQueueUrl'],
      ...['PurgeQueue', 'ReceiveMessage', 'SendMessage', 'SetQueueAttributes'],
    ],
    ignores: ['ListQueues'],
  },
  {
    service: 'sns',
    source: `${REFERENCE}, Amazon SNS`,
    honours: [
      'DeleteTopic',
      'GetTopicAttributes',
      'ListSubscriptionsByTopic',
      'Publish',
      'SetTopicAttributes',
      'Subscribe',
    ],
    ignores: ['ListSubscriptions', 'ListTopics', 'GetSMSAttributes', 'SetSMSAttributes'],
  },
  {
    service: 'kms',
    source: `${REFERENCE}, AWS KMS`,
    honours: [
      ...['CreateGrant', 'Decrypt', 'DescribeKey', 'DisableKey', 'EnableKey', 'Encrypt', 'GenerateDataKey'],
      ...['GenerateDataKeyWithoutPlaintext', 'GetKeyPolicy', 'ScheduleKeyDeletion'],
    ],
    ignores: ['CreateCustomKeyStore', 'DescribeCustomKeyStores', 'GenerateRandom', 'ListAliases', 'ListKeys'],
  },
]

/** What an action makes of the tags of its resource: `opt-in` where something must be switched on first. */
export type TagUse = 'honours' | 'opt-in' | 'ignores' | 'unknown'

/** The row of a service, by its prefix in whatever case. */
export function supportOf(action: string): ResourceTagSupport | undefined {
  const [service = ''] = action.toLowerCase().split(':')
  return resourceTagSupport.find((row) => row.service === service)
}

/** What is known of one action, `service:Name`, and resource tags. @throws FederationError `ERR_INVALID_OPTION` for what is no text */
export function tagUseOf(action: string): TagUse {
  if (typeof action !== 'string') misuse('action must be a text.')
  const row = supportOf(action)
  const named = (names: readonly string[]): boolean =>
    names.some((name) => `${row?.service ?? ''}:${name}`.toLowerCase() === action.toLowerCase())
  if (!row) return 'unknown'
  if (named(row.ignores)) return 'ignores'
  if (!named(row.honours)) return 'unknown'
  return row.optIn === undefined ? 'honours' : 'opt-in'
}

/** The known actions that a pattern with wildcards covers, and that see no resource tags. */
export function ignoringActions(pattern: string): readonly string[] {
  return resourceTagSupport
    .flatMap(({ service, ignores }) => ignores.map((name) => `${service}:${name}`))
    .filter((action) => matchAction(pattern, action))
}
