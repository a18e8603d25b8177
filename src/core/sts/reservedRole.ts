import { FederationError } from '../outcome.js'
import { formatRoleArn, parseAssumedRoleArn, parseRoleArn, type ArnFault } from './arn.js'
import { memberOf } from './checks.js'

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
const SUFFIX_BYTES = 8
// Anchored at the right: the permission set's name may itself hold underscores and dashes (R096).
const NAME = /^AWSReservedSSO_([A-Za-z0-9_+=,.@-]{1,32})_([0-9A-Fa-f]{16})$/
const REGION = /^[a-z]{2,8}(?:-[a-z]{1,16}){1,3}-[0-9]{1,2}$/

/** The shape of a permission set's role ARN, for messages. */
export const RESERVED_ROLE_FORM = `arn:aws:iam::ACCOUNT:role${PATH}[REGION/]${PREFIX}NAME_SUFFIX`

/** Reads the ARN of a permission set's role, or of an assumed-role session of it, or names the part that is wrong. */
export function readReservedRole(arn: string): ReservedRole | ArnFault {
  const session = parseAssumedRoleArn(arn)
  if (typeof session !== 'string') {
    const named = readReservedRoleName(session.roleName)
    if (named === undefined) return 'name'
    const { partition, account, sessionName } = session
    return { partition, account, ...named, sessionName }
  }
  if (session !== 'service') return session
  const role = parseRoleArn(arn)
  if (typeof role === 'string') return role
  const region = readRegion(role.path)
  if (region === undefined) return 'path'
  const named = readReservedRoleName(role.name)
  if (named === undefined) return 'name'
  const { partition, account } = role
  return { partition, account, ...named, ...(region === '' ? {} : { region }) }
}

/**
 * The permission set and the suffix in the name of its role, `AWSReservedSSO_NAME_SUFFIX` (R093, R096); undefined for
 * the name of any other role.
 */
export function readReservedRoleName(
  name: string,
): Pick<ReservedRole, 'permissionSetName' | 'suffix'> | undefined {
  const [, permissionSetName, suffix] = NAME.exec(name) ?? []
  return permissionSetName === undefined || suffix === undefined ? undefined : { permissionSetName, suffix }
}

/**
 * The name of a permission set's role: `AWSReservedSSO_NAME_SUFFIX` (R093).
 *
 * @throws FederationError `ERR_INVALID_OPTION` when the parts make no name that {@link readReservedRoleName} reads.
 */
export function buildReservedRoleName(role: Pick<ReservedRole, 'permissionSetName' | 'suffix'>): string {
  const [permissionSetName, suffix] = [textOf(role, 'permissionSetName'), textOf(role, 'suffix')]
  const name = `${PREFIX}${permissionSetName}_${suffix}`
  if (readReservedRoleName(name)?.permissionSetName !== permissionSetName) throw noRole()
  return name
}

/**
 * The suffix of a new role: 16 lower-case hex characters from 8 random bytes (R095).
 *
 * @throws FederationError `ERR_INVALID_OPTION` for any other number of bytes.
 */
export function reservedRoleSuffix(random8: Uint8Array): string {
  if (!(random8 instanceof Uint8Array) || random8.length !== SUFFIX_BYTES)
    throw new FederationError('ERR_INVALID_OPTION', `A suffix is made from ${SUFFIX_BYTES} random bytes.`)
  return Array.from(random8, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * The ARN of such a role, with the Region in its path if given; with `sessionName` that of a session of it.
 *
 * @throws FederationError `ERR_INVALID_OPTION` when a part is not one that {@link readReservedRole} reads.
 */
export function buildReservedRoleArn(role: ReservedRole): string {
  const name = buildReservedRoleName(role)
  const [partition, account] = [textOf(role, 'partition'), textOf(role, 'account')]
  const region = role.region === undefined ? undefined : textOf(role, 'region')
  const sessionName = role.sessionName === undefined ? undefined : textOf(role, 'sessionName')
  const path = region === undefined ? PATH : `${PATH}${region}/`
  const arn =
    sessionName === undefined
      ? formatRoleArn({ partition, account, path, name })
      : `arn:${partition}:sts::${account}:assumed-role/${name}/${sessionName}`
  if (typeof readReservedRole(arn) === 'string') throw noRole()
  return arn
}

function textOf(role: unknown, name: keyof ReservedRole): string {
  const value = memberOf(role, name)
  if (typeof value !== 'string') throw noRole()
  return value
}

/** The empty text for a path without Region; undefined for any other path. */
function readRegion(path: string): string | undefined {
  if (!path.startsWith(PATH)) return undefined
  if (path === PATH) return ''
  const region = path.slice(PATH.length, -1)
  return REGION.test(region) ? region : undefined
}

function noRole(): FederationError {
  return new FederationError('ERR_INVALID_OPTION', 'These parts make no ARN of a reserved role.')
}
