import { NAME_FORMATS } from '../issue/build.js'

/** One row of the table that an application's "Edit attribute mapping" shows (R080). */
export interface AttributeMapping {
  /** `Subject`, for the NameID, or the name of an attribute, to the letter. */
  readonly attribute: string
  /** One variable, such as `${user:email}`, or a text that everybody gets. */
  readonly value: string
  /** For Subject one of {@link SUBJECT_FORMATS}, for others of {@link ATTRIBUTE_FORMATS}. Default `unspecified`. */
  readonly format?: string | undefined
}

/** The optional attributes that some applications need beside the eight variables (R089). */
export const OPTIONAL_ATTRIBUTES = ['microsoft365ImmutableID', 'employeeNumber'] as const

/** An optional attribute of a person, sent to applications that know it; left out for people who have none (R089). */
export interface OptionalAttribute {
  /** The name of the attribute, to the letter. */
  readonly attribute: string
  readonly from: (typeof OPTIONAL_ATTRIBUTES)[number]
  /** One of {@link ATTRIBUTE_FORMATS}. Default `unspecified`. */
  readonly format?: string | undefined
}

/** A customer managed SAML application, as its page in the console configures it (R073-R083). */
export interface SamlApplication {
  /** "Application SAML audience". */
  readonly entityID: string
  /** "Application ACS URL". */
  readonly acsURL: string
  /** One of them is that of `Subject`. */
  readonly attributeMappings: readonly AttributeMapping[]
  /** Default: none. */
  readonly optionalAttributes?: readonly OptionalAttribute[] | undefined
  /** How long the application may keep its session: SessionNotOnOrAfter (R076). Default: not said. */
  readonly sessionDurationSeconds?: number | undefined
  /** Sent along with a sign-in that begins at the portal, unmodified (R075). */
  readonly relayState?: string | undefined
}

/** A person, as far as applications are told of them. */
export interface ApplicationUser {
  readonly userName: string
  readonly email?: string | undefined
  readonly givenName?: string | undefined
  readonly middleName?: string | undefined
  readonly familyName?: string | undefined
  readonly displayName?: string | undefined
  /** Default: the userName. */
  readonly preferredUsername?: string | undefined
  /** The objectGUID of a person who comes from Active Directory. */
  readonly adGUID?: string | undefined
  /** Optional: what Microsoft 365 knows the person by (R089). */
  readonly microsoft365ImmutableID?: string | undefined
  /** Optional (R089). */
  readonly employeeNumber?: string | undefined
}

/** The eight variables (R081), and where a person has their values. */
export const VARIABLES: ReadonlyMap<string, (user: ApplicationUser) => string | undefined> = new Map([
  ['AD_GUID', ({ adGUID }) => adGUID],
  ['email', ({ email }) => email],
  ['familyName', ({ familyName }) => familyName],
  ['givenName', ({ givenName }) => givenName],
  ['middleName', ({ middleName }) => middleName],
  ['name', ({ displayName }) => displayName],
  ['preferredUsername', ({ preferredUsername, userName }) => preferredUsername ?? userName],
  ['subject', ({ userName }) => userName],
] satisfies [string, (user: ApplicationUser) => string | undefined][])

/** `${user:email}` and its like. */
export const variables: readonly string[] = [...VARIABLES.keys()].map((name) => `\${user:${name}}`)

const NAMEID = 'urn:oasis:names:tc:SAML:1.1:nameid-format:'
const NAMEID_2 = 'urn:oasis:names:tc:SAML:2.0:nameid-format:'

/** The formats of a Subject, as the console offers them (SAML Core 8.3). */
export const SUBJECT_FORMATS: ReadonlyMap<string, string> = new Map([
  ['unspecified', `${NAMEID}unspecified`],
  ['emailAddress', `${NAMEID}emailAddress`],
  ['X509SubjectName', `${NAMEID}X509SubjectName`],
  ['WindowsDomainQualifiedName', `${NAMEID}WindowsDomainQualifiedName`],
  ['kerberos', `${NAMEID_2}kerberos`],
  ['persistent', `${NAMEID_2}persistent`],
  ['transient', `${NAMEID_2}transient`],
])

/** The formats of an attribute's name, likewise (SAML Core 8.2). */
export const ATTRIBUTE_FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries(NAME_FORMATS).flatMap(([name, urn]) => (urn === undefined ? [] : [[name, urn] as const])),
)

export const SUBJECT = 'Subject'

export function formatsOf({ attribute }: AttributeMapping): ReadonlyMap<string, string> {
  return attribute === SUBJECT ? SUBJECT_FORMATS : ATTRIBUTE_FORMATS
}

/** What a mapping's value is: a text, a variable, or neither. */
export type MappedValue =
  { readonly text: string } | { readonly variable: string } | { readonly fault: 'empty' | 'template' }

/** A value with `${` in it is one variable and nothing else: what a template would give is documented nowhere. */
export function readValue(value: string): MappedValue {
  if (value === '') return { fault: 'empty' }
  if (!value.includes('${')) return { text: value }
  const inner = value.startsWith('${') && value.endsWith('}') ? value.slice(2, -1) : ''
  if (!/^[^${}]{1,128}$/.test(inner)) return { fault: 'template' }
  return { variable: inner }
}

/** A variable's value for a person; undefined where they have none, and for a variable that does not exist. */
export function valueOf(variable: string, user: ApplicationUser): string | undefined {
  const found = VARIABLES.get(variable.startsWith('user:') ? variable.slice(5) : '')?.(user)
  return found === '' ? undefined : found
}

export function isVariable(variable: string): boolean {
  return variable.startsWith('user:') && VARIABLES.has(variable.slice(5))
}
