import { isPlainObject, memberPath } from '../json.js'
import { readDate, readNumber, readRange } from './comparable.js'
import type { Condition } from './conditions.js'
import { contextKey, EXTERNAL_ID } from './context.js'
import { faultsOf, own, readStrings, type Located, type Report } from './faults.js'
import { nearest } from '../nearest.js'
import { shown } from '../shown.js'
import { splitArn } from './match.js'
import { OPERATORS, UNSUPPORTED_OPERATORS, type Comparand, type OperatorName } from './operators.js'
import { checkVariable, readTemplate, type PolicyVersion } from './variables.js'

const RULE = 'policy/condition'
const fault = faultsOf(RULE)

/** Reads a Condition element: operator to key to values. All operators and all keys must hold. */
export function readConditions(
  value: unknown,
  path: string,
  version: PolicyVersion,
  report: Report,
): readonly Condition[] {
  if (!isPlainObject(value)) {
    report(fault('not-an-object', path, 'Conditions are listed by operator.', { actual: shown(value) }))
    return []
  }
  return Object.keys(value).flatMap((name) => {
    const here = memberPath(path, name)
    const test = readOperator(name, here, report)
    const keys = own(value, name)?.value
    if (!isPlainObject(keys)) {
      report(fault('not-an-object', here, 'An operator lists condition keys.', { actual: shown(keys) }))
      return []
    }
    return readKeys(keys, here, report).flatMap((key): readonly Condition[] => {
      const at = memberPath(here, key)
      const wants = test && OPERATORS[test.operator].wants
      const told = contextKey(key) === EXTERNAL_ID ? withoutActual(report) : report
      const texts = readValues(own(keys, key)?.value, at, wants, told)
      for (const text of texts) checkValue(text, wants, version, told)
      return test ? [{ ...test, key, values: texts.map(({ text }) => text), path: at }] : []
    })
  })
}

/** For values that no finding may tell. */
function withoutActual(report: Report): Report {
  return ({ rule, reason, path, message, expected, fix }) => {
    const told = { ...(expected === undefined ? {} : { expected }), ...(fix === undefined ? {} : { fix }) }
    report({ rule, reason, path, message, ...told })
  }
}

type Test = Pick<Condition, 'operator' | 'quantifier' | 'ifExists'>

/** Reads `ForAllValues:StringLikeIfExists` and the like; undefined, reported, when it is not evaluated. */
function readOperator(name: string, path: string, report: Report): Test | undefined {
  const [, prefix, written = ''] = /^(ForAllValues:|ForAnyValue:)?(.*)$/s.exec(name) ?? []
  const ifExists = written.endsWith('IfExists')
  const operator = ifExists ? written.slice(0, -'IfExists'.length) : written
  const quantifier =
    prefix === undefined ? {} : { quantifier: prefix.slice(0, -1) as Test['quantifier'] & string }
  if (isOperator(operator) && !(operator === 'Null' && name !== 'Null')) {
    return { operator, ...quantifier, ifExists }
  }
  if (UNSUPPORTED_OPERATORS.includes(operator)) {
    report(
      fault('unsupported-operator', path, 'This operator is not evaluated, so the whole policy is refused.', {
        expected: Object.keys(OPERATORS).join(', '),
        actual: shown(name),
      }),
    )
    return undefined
  }
  const names = [...Object.keys(OPERATORS), ...UNSUPPORTED_OPERATORS]
  const meant = nearest(written, [...names, ...names.map((known) => `${known}IfExists`)])
  report(
    fault(
      'unknown-operator',
      path,
      'IAM has no such condition operator; its names are case-sensitive here.',
      {
        expected: Object.keys(OPERATORS).join(', '),
        actual: shown(name),
        ...(meant === undefined ? {} : { fix: `Spell it "${meant}".` }),
      },
    ),
  )
  return undefined
}

function isOperator(text: string): text is OperatorName {
  return Object.hasOwn(OPERATORS, text)
}

function readKeys(keys: object, path: string, report: Report): readonly string[] {
  const names = Object.keys(keys)
  if (names.length === 0) report(fault('empty', path, 'The operator tests no key.'))
  const seen = new Set<string>()
  for (const name of names) {
    const here = memberPath(path, name)
    if (!/^[^:]+:[^]+$/.test(name)) {
      report(
        fault('condition-key', here, 'A condition key has a service prefix and a name.', {
          expected: 'service:Key',
          actual: shown(name),
        }),
      )
    }
    if (seen.has(contextKey(name))) {
      report(
        fault('duplicate-key', here, 'The key stands twice, in different case.', { actual: shown(name) }),
      )
    }
    seen.add(contextKey(name))
  }
  return names
}

/** Booleans and numbers may stand without quotation marks where one is wanted, as in IAM. */
function readValues(
  value: unknown,
  path: string,
  wants: Comparand | undefined,
  report: Report,
): readonly Located[] {
  const bare = wants && BARE[wants]
  if (bare === undefined) return readStrings(value, path, RULE, report)
  const quoted = (item: unknown) =>
    typeof item === bare && (bare === 'boolean' || Number.isFinite(item)) ? String(item) : item
  const list = Array.isArray(value) ? Array.from(value as unknown[], quoted) : quoted(value)
  const texts = readStrings(list, path, RULE, report)
  return bare === 'boolean'
    ? texts.map(({ text, path: at }) => ({ text: text.toLowerCase(), path: at }))
    : texts
}

/** The JSON type that may stand for a text. */
const BARE: Readonly<Partial<Record<Comparand, 'boolean' | 'number'>>> = {
  boolean: 'boolean',
  presence: 'boolean',
  number: 'number',
  date: 'number',
}

/** What a value must be, by what its operator compares. */
const FORMS: Readonly<
  Partial<
    Record<
      Comparand,
      {
        readonly reason: string
        readonly expected: string
        readonly message: string
        readonly is: (text: string) => boolean
      }
    >
  >
> = {
  boolean: {
    reason: 'boolean',
    expected: 'true or false',
    message: 'The operator compares booleans.',
    is: (text) => text === 'true' || text === 'false',
  },
  presence: {
    reason: 'boolean',
    expected: 'true or false',
    message: 'The operator asks whether the key is absent.',
    is: (text) => text === 'true' || text === 'false',
  },
  number: {
    reason: 'number',
    expected: 'an integer or decimal of at most 15 digits',
    message: 'The operator compares numbers.',
    is: (text) => readNumber(text) !== undefined,
  },
  date: {
    reason: 'date',
    expected: 'a date such as 2026-11-28T20:00:00Z, or epoch seconds',
    message: 'The operator compares dates.',
    is: (text) => readDate(text) !== undefined,
  },
  address: {
    reason: 'address',
    expected: 'an IPv4 or IPv6 address, or a range of them in CIDR notation',
    message: 'The operator compares IP addresses.',
    is: (text) => readRange(text) !== undefined,
  },
}

function checkValue(
  value: Located,
  wants: Comparand | undefined,
  version: PolicyVersion,
  report: Report,
): void {
  const filled = wants === undefined || wants === 'text' || wants === 'arn'
  checkVariable(value, version, RULE, filled ? 'anywhere' : 'nowhere', report)
  const form = wants && FORMS[wants]
  if (form && !form.is(value.text) && !(version === '2012-10-17' && value.text.includes('${'))) {
    const { reason, message, expected } = form
    report(fault(reason, value.path, message, { expected, actual: shown(value.text) }))
  }
  if (wants === 'arn' && !isArnTemplate(value.text, version)) {
    report(
      fault('malformed-arn', value.path, 'The operator compares the six parts of ARNs one by one.', {
        expected: 'arn:partition:service:region:account:resource',
        actual: shown(value.text),
      }),
    )
  }
}

/** An ARN whose variables stand within its parts, or one variable that is all of it. */
function isArnTemplate(text: string, version: PolicyVersion): boolean {
  const parts = readTemplate(text, version)
  if (!parts) return true
  const [first] = parts
  if (parts.length === 1 && first?.type === 'variable') return true
  return splitArn(parts.map((part) => (part.type === 'text' ? part.text : '=')).join('')) !== undefined
}
