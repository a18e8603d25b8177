import { matchAction } from '../../core/policy/index.js'

export interface AllowListEntry {
  readonly source: string
  /** When AWS added them, as its change log dates it; absent where no source says. */
  readonly since?: string
  readonly service: string
  readonly actions: readonly string[]
}

export interface AllowList {
  /** The managed policy that STS attaches to every session assumed with an identity context (R291). */
  readonly policyName: string
  /** False: AWS may have added actions since, so a caller can name more. */
  readonly complete: boolean
  readonly entries: readonly AllowListEntry[]
}

const LOG = 'R292'
const POLICY = 'AWS Managed Policy Reference, version 12 of 2024-10-01'

/**
 * Actions that an identity-enhanced session may call. The change log (R292) never lists what the policy began with on
 * 2023-11-15, so Athena, Glue and Lake Formation come from the published policy document instead. That document also
 * has `q:ListConversations` where the change log prints `q:ListConversation`.
 */
export const identityContextAllowList: AllowList = {
  policyName: 'AWSIAMIdentityCenterAllowListForIdentityContext',
  complete: false,
  entries: [
    {
      source: LOG,
      since: '2023-11-26',
      service: 's3',
      actions: ['GetAccessGrantsInstanceForPrefix', 'GetDataAccess'],
    },
    {
      source: LOG,
      since: '2024-04-11',
      service: 'qbusiness',
      actions: ['Chat', 'ChatSync', 'DeleteConversation', 'ListConversations', 'ListMessages'],
    },
    { source: LOG, since: '2024-04-19', service: 'sts', actions: ['SetContext'] },
    {
      source: LOG,
      since: '2024-04-24',
      service: 'q',
      actions: [
        'GetConversation',
        'GetTroubleshootingResults',
        'ListConversation',
        'SendMessage',
        'StartConversation',
        'StartTroubleshootingAnalysis',
        'StartTroubleshootingResolutionExplanation',
        'UpdateTroubleshootingCommandResult',
      ],
    },
    { source: LOG, since: '2024-04-26', service: 'qbusiness', actions: ['PutFeedback'] },
    {
      source: LOG,
      since: '2024-04-30',
      service: 'qapps',
      actions: [
        'AssociateQAppWithUser',
        'CopyQApp',
        'CreateLibraryItem',
        'CreateLibraryItemReview',
        'CreateQApp',
        'CreateSubscriptionToken',
        'DeleteQApp',
        'DisassociateQAppFromUser',
        'GetLibraryItem',
        'GetQApp',
        'ImportDocumentToQApp',
        'ImportDocumentToQAppSession',
        'ListLibraryItems',
        'ListQApps',
        'PredictProblemStatementFromConversation',
        'PredictQAppFromProblemStatement',
        'StartQAppSession',
        'StopQAppSession',
        'UpdateLibraryItem',
        'UpdateQApp',
      ],
    },
    {
      source: LOG,
      since: '2024-05-17',
      service: 'elasticmapreduce',
      actions: ['AddJobFlowSteps', 'CancelSteps', 'DescribeCluster', 'DescribeStep', 'ListSteps'],
    },
    {
      source: LOG,
      since: '2024-06-27',
      service: 'qapps',
      actions: [
        'AssociateLibraryItemReview',
        'DisassociateLibraryItemReview',
        'GetQAppSession',
        'GetQAppSessionMetadata',
        'ImportDocument',
        'PredictQApp',
        'TagResource',
        'UpdateQAppSession',
        'UpdateQAppSessionMetadata',
      ],
    },
    { source: LOG, since: '2024-07-12', service: 'aoss', actions: ['APIAccessAll'] },
    {
      source: LOG,
      since: '2024-07-12',
      service: 'es',
      actions: ['ESHttpDelete', 'ESHttpGet', 'ESHttpHead', 'ESHttpPatch', 'ESHttpPost', 'ESHttpPut'],
    },
    { source: LOG, since: '2024-09-04', service: 's3', actions: ['ListCallerAccessGrants'] },
    {
      source: LOG,
      since: '2024-10-02',
      service: 'qapps',
      actions: ['ExportQAppSessionData', 'ListQAppSessionData'],
    },
    {
      source: POLICY,
      service: 'athena',
      actions: [
        'BatchGetNamedQuery',
        'BatchGetPreparedStatement',
        'BatchGetQueryExecution',
        'CreateNamedQuery',
        'CreatePreparedStatement',
        'DeleteNamedQuery',
        'DeletePreparedStatement',
        'GetDataCatalog',
        'GetDatabase',
        'GetNamedQuery',
        'GetPreparedStatement',
        'GetQueryExecution',
        'GetQueryResults',
        'GetQueryResultsStream',
        'GetQueryRuntimeStatistics',
        'GetTableMetadata',
        'GetWorkGroup',
        'ListDataCatalogs',
        'ListDatabases',
        'ListNamedQueries',
        'ListPreparedStatements',
        'ListQueryExecutions',
        'ListTableMetadata',
        'ListWorkGroups',
        'StartQueryExecution',
        'StopQueryExecution',
        'UpdateNamedQuery',
        'UpdatePreparedStatement',
      ],
    },
    { source: POLICY, service: 'elasticmapreduce', actions: ['GetClusterSessionCredentials'] },
    {
      source: POLICY,
      service: 'glue',
      actions: [
        'BatchCreatePartition',
        'BatchDeletePartition',
        'BatchDeleteTable',
        'BatchGetPartition',
        'BatchUpdatePartition',
        'CreateDatabase',
        'CreatePartition',
        'CreateTable',
        'DeleteColumnStatisticsForPartition',
        'DeleteColumnStatisticsForTable',
        'DeleteDatabase',
        'DeletePartition',
        'DeleteTable',
        'GetColumnStatisticsForPartition',
        'GetColumnStatisticsForTable',
        'GetDatabase',
        'GetDatabases',
        'GetPartition',
        'GetPartitions',
        'GetTable',
        'GetTableVersions',
        'GetTables',
        'SearchTables',
        'UpdateColumnStatisticsForPartition',
        'UpdateColumnStatisticsForTable',
        'UpdateDatabase',
        'UpdatePartition',
        'UpdateTable',
      ],
    },
    { source: POLICY, service: 'lakeformation', actions: ['GetDataAccess'] },
    { source: POLICY, service: 'q', actions: ['ListConversations'] },
  ],
}

/**
 * Whether a session assumed with an identity context may call `action` (`service:Name`, compared without case). What
 * is not listed is blocked, whatever the role allows (R291).
 *
 * @param extra further actions, with `*` and `?` as in a policy, for what AWS has added since.
 * @param list replaces the shipped list.
 */
export function isOnIdentityContextAllowList(
  action: string,
  extra: readonly string[] = [],
  list: AllowList = identityContextAllowList,
): boolean {
  const sought = action.toLowerCase()
  const listed = list.entries.some(({ service, actions }) =>
    actions.some((name) => `${service}:${name}`.toLowerCase() === sought),
  )
  return listed || extra.some((pattern) => matchAction(pattern, action))
}

/**
 * The policy that STS attaches to a session assumed with an identity context, in IAM's JSON: a Deny of everything that
 * is not listed. For `decide` it is the layer `identityContext`.
 *
 * @param extra further actions, with `*` and `?` as in a policy, for what AWS has added since.
 * @param list replaces the shipped list.
 */
export function identityContextPolicy(
  extra: readonly string[] = [],
  list: AllowList = identityContextAllowList,
): {
  readonly Version: '2012-10-17'
  readonly Statement: readonly [
    {
      readonly Sid: string
      readonly Effect: 'Deny'
      readonly NotAction: readonly string[]
      readonly Resource: '*'
    },
  ]
} {
  const listed = list.entries.flatMap(({ service, actions }) => actions.map((name) => `${service}:${name}`))
  const NotAction = [...new Set([...listed, ...extra])].sort()
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'IdentityContextAllowList', Effect: 'Deny', NotAction, Resource: '*' }],
  }
}
