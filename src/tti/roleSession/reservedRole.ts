import { FederationError, type Verdict } from '../../core/outcome.js'
import { runRules, verdictOf, type Fault, type Rule } from '../../core/rule.js'
import { kindOf } from '../../core/shown.js'
import { formatRoleArn, parseAssumedRoleArn, parseRoleArn, type ArnFault } from '../../core/sts/index.js'

/** The IAM role that Identity Center keeps in an account for a permission set, or a session of it. */
export interface ReservedRole {
  readonly partition: string
  readonly account: string
  readonly permissionSetName: string
  /** 16 hex characters, as written. A new role, with a new suffix, comes only after the last assignment went (R095). */
  readonly suffix: string
  /** Only role ARNs carry one, and not all of them do: decide nothing by its presence (R094). */
  readonly region?: string
  /** Only of an assumed-role session's ARN. */
  readonly sessionName?: string
}

const PREFIX = 'AWSReservedSSO_'
const PATH = '/aws-reserved/sso.amazonaws.com/'
// Anchored at the right: the permission set's name may itself hold underscores and dashes (R096).
const NAME = /^AWSReservedSSO_([A-Za-z0-9_+=,.@-]{1,32})_([0-9A-Fa-f]{16})$/
const REGION = /^[a-z]{2,8}(?:-[a-z]{1,16}){1,3}-[0-9]{1,2}$/

export const reservedRoleRules: readonly Rule<string>[] = [
  {
    id: 'tti/reserved-role',
    severity: 'error',
    source: 'R093; R094; R095; R096; C07',
    title: "The ARN is that of a permission set's role, or of a session of it",
    fix: "Copy the ARN from IAM. Match permission sets' roles by AWSReservedSSO_NAME_ and 16 hex characters at the end.",
    check: (arn) => {
      const role = read(arn)
      return 'reason' in role ? [role] : []
    },
  },
]

/**
 * Reads the ARN of a permission set's role, with or without a Region in its path, or of an assumed-role session of it.
 * A session's ARN has no path, so it does not prove the role to be Identity Center's own: only the path
 * `/aws-reserved/` of the role's ARN does. Case is kept and compared (R365).
 */
export function parseReservedRole(arn: string): Verdict<ReservedRole> {
  return verdictOf(runRules(reservedRoleRules, arn), () => read(arn) as ReservedRole)
}

/**
 * The ARN of such a role, with the Region in its path if given; with `sessionName` that of a session of it.
 *
 * @throws FederationError `ERR_INVALID_OPTION` when a part is not one that {@link parseReservedRole} reads.
 */
export function buildReservedRoleArn(role: ReservedRole): string {
  const { partition, account, region, sessionName } = role
  const name = `${PREFIX}${role.permissionSetName}_${role.suffix}`
  const path = region === undefined ? PATH : `${PATH}${region}/`
  const arn =
    sessionName === undefined
      ? formatRoleArn({ partition, account, path, name })
      : `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`
  const reading = read(arn)
  if ('reason' in reading || reading.permissionSetName !== role.permissionSetName) {
    throw new FederationError('ERR_INVALID_OPTION', 'These parts make no ARN of a reserved role.')
  }
  return arn
}

function read(arn: unknown): ReservedRole | Fault {
  if (typeof arn !== 'string') return { reason: 'type', message: `The ARN is ${kindOf(arn)}.` }
  const session = parseAssumedRoleArn(arn)
  if (typeof session !== 'string') {
    const named = readName(session.roleName)
    if (named === undefined) return fault('name')
    const { partition, account, sessionName } = session
    return { partition, account, ...named, sessionName }
  }
  if (session !== 'service') return fault(session)
  const role = parseRoleArn(arn)
  if (typeof role === 'string') return fault(role)
  const region = readRegion(role.path)
  if (region === undefined) return fault('path')
  const named = readName(role.name)
  if (named === undefined) return fault('name')
  const { partition, account } = role
  return { partition, account, ...named, ...(region === '' ? {} : { region }) }
}

/** The empty text for a path without Region; undefined for any other path. */
function readRegion(path: string): string | undefined {
  if (!path.startsWith(PATH)) return undefined
  if (path === PATH) return ''
  const region = path.slice(PATH.length, -1)
  return REGION.test(region) ? region : undefined
}

function readName(name: string): Pick<ReservedRole, 'permissionSetName' | 'suffix'> | undefined {
  const match = NAME.exec(name)
  const [, permissionSetName, suffix] = match ?? []
  return permissionSetName === undefined || suffix === undefined ? undefined : { permissionSetName, suffix }
}

function fault(reason: ArnFault): Fault {
  const expected = `arn:aws:iam::ACCOUNT:role${PATH}[REGION/]${PREFIX}NAME_SUFFIX`
  return { reason, expected, message: "The ARN is not that of a permission set's role." }
}
