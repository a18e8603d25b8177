import { describe, expect, it } from 'vitest'
import { decide, lintPolicy, lintRules } from '../../src/abac/index.js'
import type { Finding } from '../../src/core/outcome.js'
import { decisionRules, policyRules } from '../../src/core/policy/index.js'
import { schemaFaults } from '../tti/jsonSchema.js'
import { pathsIn, vectorText } from '../tti/vectorFiles.js'
import { fileOf, generateDecisionVectors, type Vector } from '../vectors/generate.js'

const paths = pathsIn('abac/decide')
const vectors = paths.map((path) => JSON.parse(vectorText(path)) as Vector)
const rules = [...policyRules, ...decisionRules, ...lintRules]
const severities = new Map<string, string>(rules.map(({ id, severity }) => [id, severity]))
const told = (findings: readonly { rule: string; reason: string }[]): string[] =>
  [...new Set(findings.map(({ rule, reason }) => `${rule} ${reason}`))].sort()

interface Run {
  readonly ok: boolean
  readonly findings: readonly Finding[]
  readonly facts: unknown
}

/** Inputs are JSON: the functions take them as their callers would pass them. */
function run({ subject, input }: Vector): Run {
  const given = input as Record<string, never>
  if (subject === 'decision') {
    const decision = decide(given['policies']!, given['request']!)
    return { ok: decision.effect === 'allow', findings: decision.findings, facts: decision }
  }
  const verdict = lintPolicy(given['policy'], given['options'])
  return { ...verdict, facts: verdict.value }
}

describe('every vector', () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const { ok, findings, facts } = run(vector)
    const { rule, reason, also = [] } = vector
    expect(told(findings)).toEqual(told([...(reason === undefined ? [] : [{ rule, reason }]), ...also]))
    expect(ok).toBe(vector.expect !== 'refused')
    for (const finding of findings)
      expect([finding.rule, finding.severity]).toEqual([finding.rule, severities.get(finding.rule)])
    if (vector.value !== undefined) expect(facts).toMatchObject(vector.value as object)
  })
})

describe('the vectors together', () => {
  it.each(rules.map(({ id, severity }) => [id, severity] as const))('pass and break %s', (id, severity) => {
    const tried = vectors.filter(({ rule }) => rule === id).map((vector) => vector.expect)
    expect(tried).toContain('accepted')
    // What a denied request is told beside the denial stands with it, as a finding that comes along.
    const broken = vectors.some(({ rule, expect: expected, also = [] }) =>
      severity === 'error'
        ? rule === id && expected === 'refused'
        : (rule === id && expected === 'warned') || also.some((finding) => finding.rule === id),
    )
    expect(broken).toBe(true)
  })

  it('are what the generator writes, to the byte, and nothing else', () => {
    const generated = new Map(
      generateDecisionVectors()
        .map(fileOf)
        .map(({ path, text }) => [path, text]),
    )
    expect(paths).toEqual([...generated.keys()].sort())
    expect(paths.filter((path) => vectorText(path) !== generated.get(path))).toEqual([])
  })

  it('follow the schema', () => {
    const schema: unknown = JSON.parse(vectorText('schema.json'))
    for (const vector of vectors) expect([vector.id, schemaFaults(schema, vector)]).toEqual([vector.id, []])
  })
})
