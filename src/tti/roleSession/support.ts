/** What one source says of one thing. `contradictory`: the sources that speak of it do not agree (C12). */
export type Support = 'yes' | 'no' | 'contradictory'

/** Where the sources speak of trusted identity propagation: the matrix, the use case pages, the setup article. */
export type SupportSource = 'R308' | 'R310' | 'C12'

export interface ServiceSupport {
  readonly title: string
  /** Integrates with an account instance; with an organisation instance all of them do (R309). */
  readonly accountInstance?: 'yes' | 'no'
  /** Per source: R308 the matrix of AWS managed applications, R310 the use case pages, C12 the setup article. */
  readonly propagation: Readonly<Partial<Record<SupportSource, 'yes' | 'no'>>>
  readonly note?: string
}

const YES = { R308: 'yes' } as const
const NO = { R308: 'no' } as const
const USE_CASE = { R308: 'yes', R310: 'yes', C12: 'yes' } as const

const account = (
  title: string,
  propagation: ServiceSupport['propagation'],
  note?: string,
): ServiceSupport => ({ title, accountInstance: 'yes', propagation, ...(note === undefined ? {} : { note }) })

const organization = (title: string, propagation: ServiceSupport['propagation']): ServiceSupport => ({
  title,
  accountInstance: 'no',
  propagation,
})

/**
 * AWS services by their support of trusted identity propagation and of account instances (R308-R310), with what each
 * source says. The article speaks only of what it supports; what it leaves out it does not deny.
 */
export const serviceSupport = {
  'app-studio': account('AWS App Studio', NO),
  appstream: organization('Amazon AppStream 2.0', NO),
  'athena-sql': account('Amazon Athena SQL', USE_CASE),
  'client-vpn': organization('AWS Client VPN', NO),
  cli: organization('AWS CLI', NO),
  codecatalyst: account('Amazon CodeCatalyst', NO),
  connect: organization('Amazon Connect', NO),
  datazone: account('Amazon DataZone', YES),
  'deadline-cloud': account('AWS Deadline Cloud', NO),
  'emr-on-ec2': account('Amazon EMR on Amazon EC2', { R308: 'yes', R310: 'yes' }),
  'emr-studio': account('Amazon EMR Studio', USE_CASE),
  glue: {
    title: 'AWS Glue',
    propagation: { C12: 'yes' },
    note: 'By way of Lake Formation; not in the matrix.',
  },
  'iot-events': organization('AWS IoT Events', NO),
  'iot-fleet-hub': organization('AWS IoT Fleet Hub', NO),
  'iot-sitewise': organization('AWS IoT SiteWise', NO),
  kendra: organization('Amazon Kendra', NO),
  'lake-formation': account('AWS Lake Formation', { R308: 'yes', C12: 'yes' }),
  'managed-grafana': organization('Amazon Managed Grafana', NO),
  monitron: organization('Amazon Monitron', NO),
  opensearch: account('Amazon OpenSearch Service', USE_CASE),
  'opensearch-serverless': account('Amazon OpenSearch Serverless', YES),
  'opensearch-ui': account('OpenSearch user interface (Dashboards)', { R308: 'yes', R310: 'yes' }),
  'q-business': account('Amazon Q Business', { R308: 'no', R310: 'yes', C12: 'yes' }),
  'q-developer': account(
    'Amazon Q Developer',
    { R308: 'no', C12: 'yes' },
    'An account instance does not give the full set of features on AWS websites.',
  ),
  'q-developer-investigations': organization('Amazon Q Developer operational investigations', NO),
  quicksight: account('Amazon QuickSight', YES),
  redshift: account('Amazon Redshift', USE_CASE),
  'repost-private': account('AWS re:Post Private', NO),
  's3-access-grants': account('Amazon S3 Access Grants', { R308: 'yes', C12: 'yes' }),
  'sagemaker-studio': organization('Amazon SageMaker AI Studio', { R308: 'no', C12: 'yes' }),
  'supply-chain': account('AWS Supply Chain', NO),
  'systems-manager': organization('AWS Systems Manager', NO),
  'transfer-family': account('AWS Transfer Family web apps', USE_CASE),
  'verified-access': organization('AWS Verified Access', NO),
  workmail: account('Amazon WorkMail', YES),
  workspaces: account('Amazon WorkSpaces', NO),
  'workspaces-secure-browser': organization('Amazon WorkSpaces Secure Browser', NO),
} as const satisfies Readonly<Record<string, ServiceSupport>>

export type ServiceName = keyof typeof serviceSupport

export function supportOf(name: string): ServiceSupport | undefined {
  return Object.hasOwn(serviceSupport, name) ? serviceSupport[name as ServiceName] : undefined
}

/** What the sources say together of a service; undefined for a service that none of them names. */
export function propagationSupport(name: string): Support | undefined {
  const said = new Set(Object.values(supportOf(name)?.propagation ?? {}))
  if (said.size > 1) return 'contradictory'
  return [...said][0]
}

/** Regions that are disabled by default, where Amazon Q does not integrate with identity-aware consoles (R298). */
export const optInRegions: readonly string[] = [
  'af-south-1',
  'ap-east-1',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
]

/** What an administrator needs to turn on identity-aware console sessions (R298). */
export const consoleSessionActions: readonly string[] = [
  'signin:CreateTrustedIdentityPropagationApplicationForConsole',
  'signin:ListTrustedIdentityPropagationApplicationsForConsole',
  'sso:CreateApplication',
  'sso:GetSharedSsoConfiguration',
  'sso:ListApplications',
  'sso:PutApplicationAccessScope',
  'sso:PutApplicationAssignmentConfiguration',
  'sso:PutApplicationAuthenticationMethod',
  'sso:PutApplicationGrant',
]
