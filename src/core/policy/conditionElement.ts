import { isObject, memberPath } from '../json.js'
import {
  contextKey,
  OPERATORS,
  UNSUPPORTED_OPERATORS,
  type Condition,
  type Operator,
  type OperatorName,
} from './conditions.js'
import { faultsOf, own, readStrings, type Located, type Report } from './faults.js'
import { nearest } from '../nearest.js'
import { shown } from '../shown.js'
import { splitArn } from './match.js'
import { checkVariable, type PolicyVersion } from './variables.js'

const RULE = 'policy/condition'
const fault = faultsOf(RULE)

/** Reads a Condition element: operator to key to values. All operators and all keys must hold. */
export function readConditions(
  value: unknown,
  path: string,
  version: PolicyVersion,
  report: Report,
): readonly Condition[] {
  if (!isObject(value)) {
    report(fault('not-an-object', path, 'Conditions are listed by operator.', { actual: shown(value) }))
    return []
  }
  return Object.keys(value).flatMap((name) => {
    const here = memberPath(path, name)
    const test = readOperator(name, here, report)
    const keys = own(value, name)?.value
    if (!isObject(keys)) {
      report(fault('not-an-object', here, 'An operator lists condition keys.', { actual: shown(keys) }))
      return []
    }
    return readKeys(keys, here, report).flatMap((key): readonly Condition[] => {
      const at = memberPath(here, key)
      const texts = readValues(own(keys, key)?.value, at, test, report)
      for (const text of texts) checkValue(text, test, version, report)
      return test ? [{ ...test, key, values: texts.map(({ text }) => text), path: at }] : []
    })
  })
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

/** Booleans may stand without quotation marks where a boolean is wanted, as in IAM. */
function readValues(
  value: unknown,
  path: string,
  test: Test | undefined,
  report: Report,
): readonly Located[] {
  if (!wantsBoolean(test)) return readStrings(value, path, RULE, report)
  const unquoted = (item: unknown) => (typeof item === 'boolean' ? String(item) : item)
  const texts = readStrings(
    Array.isArray(value) ? Array.from(value as unknown[], unquoted) : unquoted(value),
    path,
    RULE,
    report,
  )
  return texts.map(({ text, path: at }) => ({ text: text.toLowerCase(), path: at }))
}

function wantsBoolean(test: Test | undefined): boolean {
  return test?.operator === 'Bool' || test?.operator === 'Null'
}

function checkValue(value: Located, test: Test | undefined, version: PolicyVersion, report: Report): void {
  checkVariable(value, version, RULE, report)
  const operator: Operator | undefined = test && OPERATORS[test.operator]
  if (wantsBoolean(test) && value.text !== 'true' && value.text !== 'false') {
    report(
      fault('boolean', value.path, 'The operator compares booleans.', {
        expected: 'true or false',
        actual: shown(value.text),
      }),
    )
  }
  if (operator?.wants === 'arn' && !splitArn(value.text)) {
    report(
      fault('malformed-arn', value.path, 'The operator compares the six parts of ARNs one by one.', {
        expected: 'arn:partition:service:region:account:resource',
        actual: shown(value.text),
      }),
    )
  }
}
