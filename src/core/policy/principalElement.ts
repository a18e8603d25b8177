import { isObject, memberPath } from '../json.js'
import { faultsOf, own, readStrings, type Located, type PolicyFault, type Report } from './faults.js'
import { nearest } from '../nearest.js'
import { shown } from '../shown.js'
import {
  isAccount,
  isHostName,
  isProviderArn,
  readAwsArn,
  type ArnFault,
  type PrincipalElement,
  type PrincipalEntry,
} from './principal.js'

const KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const
const RULE = 'policy/principal'
const fault = faultsOf(RULE)

/** What an element that names principals must hold, beyond its grammar. */
export interface PrincipalPlace {
  readonly not: boolean
  /** The statement's effect, undefined when that is itself at fault. */
  readonly effect: 'Allow' | 'Deny' | undefined
}

/**
 * Reads a Principal or NotPrincipal element. Two things that some policies hold are refused, because a reader that
 * guessed at them could let a Deny slip: NotPrincipal with Allow (AWS does not support it either) and a Deny on a
 * CanonicalUser, which no ARN can be compared with.
 */
export function readPrincipals(
  value: unknown,
  path: string,
  place: PrincipalPlace,
  report: Report,
): PrincipalElement {
  if (place.not && place.effect === 'Allow') {
    report(
      fault('not-principal-allow', path, 'NotPrincipal with Allow would let in everyone who is not listed.', {
        fix: 'Use Principal with Allow, or NotPrincipal with Deny.',
      }),
    )
  }
  if (value === '*') return { not: place.not, entries: everyone(place, path, report) }
  if (!isObject(value)) {
    report(
      fault('not-an-object', path, 'Principals are listed by kind.', {
        expected: '"*" or {"AWS": ...}',
        actual: shown(value),
      }),
    )
    return { not: place.not, entries: [] }
  }
  const kinds = Object.keys(value)
  if (kinds.length === 0) report(fault('empty', path, 'No principal is named.'))
  const entries = kinds.flatMap((kind) => {
    const here = memberPath(path, kind)
    if (!isKind(kind)) {
      report(unknownKind(kind, here))
      return []
    }
    const texts = readStrings(own(value, kind)?.value, here, RULE, report)
    return texts.flatMap((text) => readEntry(kind, text, place, report))
  })
  return { not: place.not, entries }
}

type Kind = (typeof KINDS)[number]

function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text)
}

function readEntry(
  kind: Kind,
  { text, path }: Located,
  place: PrincipalPlace,
  report: Report,
): readonly PrincipalEntry[] {
  const actual = shown(text)
  switch (kind) {
    case 'AWS':
      return text === '*' ? everyone(place, path, report) : readAws(text, path, report)
    case 'Service':
      if (isHostName(text)) return [{ type: 'service', name: text }]
      report(fault('service-name', path, 'Not the name of a service.', { expected: 'a host name', actual }))
      return []
    case 'Federated':
      if (isProviderArn(text) || isHostName(text)) return [{ type: 'federated', provider: text }]
      report(
        fault('provider', path, 'Not an identity provider.', {
          expected: 'the ARN of a SAML or OIDC provider, or a host name',
          actual,
        }),
      )
      return []
    case 'CanonicalUser':
      if (!/^[0-9a-f]{64}$/.test(text)) {
        report(
          fault('canonical-user', path, 'Not a canonical user id.', { expected: '64 hex digits', actual }),
        )
      } else if (place.effect === 'Deny' && !place.not) {
        report(
          fault(
            'unsupported-principal',
            path,
            'A caller is known by its ARN, so this Deny might be missed.',
            {
              fix: 'Name the account id instead.',
            },
          ),
        )
      }
      return [{ type: 'canonicalUser', id: text }]
  }
}

function everyone(place: PrincipalPlace, path: string, report: Report): readonly PrincipalEntry[] {
  if (place.not)
    report(fault('wildcard', path, 'NotPrincipal "*" spares everyone, so the statement is void.'))
  return [{ type: 'everyone' }]
}

function readAws(text: string, path: string, report: Report): readonly PrincipalEntry[] {
  if (isAccount(text)) return [{ type: 'account', account: text }]
  const principal = readAwsArn(text)
  if (typeof principal !== 'string') return [{ type: 'aws', principal }]
  report(
    fault(principal, path, ARN_FAULTS[principal], {
      expected: 'arn:aws:iam::account:role/role-name-with-path, an account id or "*"',
      actual: shown(text),
    }),
  )
  return []
}

const ARN_FAULTS: Readonly<Record<ArnFault, string>> = {
  'malformed-arn': 'Not the ARN of a principal.',
  wildcard: 'IAM matches no part of a principal by wildcard; list the principals, or test aws:PrincipalArn.',
  region: 'IAM is global: the Region part of the ARN stays blank.',
  account: 'The account part of the ARN must be 12 digits.',
  'principal-type':
    'Only a role, a user, a session, a federated user or the account root can be a principal.',
}

function unknownKind(kind: string, path: string): PolicyFault {
  const meant = nearest(kind, KINDS)
  return fault('unknown-kind', path, 'Not a kind of principal.', {
    expected: KINDS.join(', '),
    actual: shown(kind),
    ...(meant === undefined ? {} : { fix: `Spell it "${meant}".` }),
  })
}
