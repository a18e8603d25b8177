import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/core/index.js'
import { exchangeRules, inspectToken, publicAnswer, roleSessionRules } from '../../src/tti/index.js'
import { fileOf, generateVectors, type Vector } from '../vectors/generate.js'
import { schemaFaults } from './jsonSchema.js'
import { expectationOf, runVector, type Input } from './runVector.js'
import { keys, vectorPaths, vectors, vectorText } from './vectorFiles.js'

/** The gates of a token, in order: past a failed one nothing is read. */
const LAYERS = ['form', 'header', 'issuer', 'key', 'signature', 'claims']
const rules = [...exchangeRules, ...roleSessionRules]
const layerOf = new Map(
  vectors.filter(({ subject }) => subject === 'token').map(({ rule, layer }) => [rule, layer]),
)
const told = (findings: readonly { rule: string; reason: string }[]): string[] =>
  [...new Set(findings.map(({ rule, reason }) => `${rule} ${reason}`))].sort()

function expected({ rule, reason, also = [] }: Vector): string[] {
  return told([...(reason === undefined ? [] : [{ rule, reason }]), ...also])
}

describe('every vector', () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', async (_, vector) => {
    const { verdict, facts } = await runVector(vector)
    expect(told(verdict.findings)).toEqual(expected(vector))
    expect(verdict.ok).toBe(vector.expect !== 'refused')
    const row = rules.find(({ id }) => id === vector.rule)
    const severity = verdict.findings.find(({ rule }) => rule === vector.rule)?.severity
    if (vector.expect !== 'accepted') expect(severity).toBe(row?.severity)
    if (vector.value !== undefined) expect(facts).toMatchObject(vector.value as object)
    if (vector.answer !== undefined) expect(publicAnswer(verdict.findings).name).toBe(vector.answer)
    hidesSecrets(vector, verdict.findings)
  })
})

describe('every vector of a token', () => {
  const tokens = vectors.filter(({ subject }) => subject === 'token')

  it('is refused at its own layer, and says nothing of any other', async () => {
    for (const vector of tokens.filter((one) => one.expect === 'refused')) {
      const { verdict } = await runVector(vector)
      const layers = new Set(verdict.findings.map(({ rule }) => layerOf.get(rule)))
      expect([vector.id, ...layers]).toEqual([vector.id, vector.layer])
    }
  })

  it('is told the same by an inspection, which reads on and signs no one in', async () => {
    for (const vector of tokens) {
      const input = vector.input as Input
      const {
        verdict,
        verified,
        rules: outcomes,
      } = await inspectToken(input['token'] as string, expectationOf(input, vector.now))
      expect([vector.id, verdict.ok]).toEqual([vector.id, vector.expect !== 'refused'])
      expect(told(verdict.findings)).toEqual(expect.arrayContaining(expected(vector)))
      const outcome = outcomes.find(({ rule }) => rule.id === vector.rule)?.outcome
      expect([vector.id, outcome]).toEqual([vector.id, vector.expect === 'accepted' ? 'pass' : 'fail'])
      const past = vector.expect !== 'refused' || vector.layer === 'claims'
      expect([vector.id, verified]).toEqual([vector.id, past])
      expect(LAYERS).toContain(vector.layer)
      hidesSecrets(vector, verdict.findings)
    }
  })
})

describe('the vectors together', () => {
  it.each(rules.map(({ id, severity }) => [id, severity] as const))('pass and break %s', (id, severity) => {
    const outcomes = vectors.filter(({ rule }) => rule === id).map((vector) => vector.expect)
    expect(outcomes).toContain('accepted')
    expect(outcomes).toContain(severity === 'error' ? 'refused' : 'warned')
  })

  it('try every attack class on tokens and their replay that an input can show', () => {
    const tried = new Set(vectors.flatMap(({ attacks = [] }) => attacks))
    const classes = [...numbered('J', 29), ...numbered('R', 9)]
    expect(classes.filter((name) => !tried.has(name))).toEqual([])
  })

  it('name each rule in one layer, whatever the subject', () => {
    for (const { id } of rules) {
      const layers = new Set(vectors.filter(({ rule }) => rule === id).map(({ layer }) => layer))
      expect([id, layers.size]).toEqual([id, 1])
    }
  })

  it('are what the generator writes, to the byte, and nothing else', () => {
    const generated = new Map(
      generateVectors(keys)
        .map(fileOf)
        .map(({ path, text }) => [path, text]),
    )
    expect(vectorPaths).toEqual([...generated.keys()].sort())
    const stale = vectorPaths.filter((path) => vectorText(path) !== generated.get(path))
    expect(stale).toEqual([])
  })

  it('follow the schema', () => {
    const schema: unknown = JSON.parse(vectorText('schema.json'))
    for (const vector of vectors) expect([vector.id, schemaFaults(schema, vector)]).toEqual([vector.id, []])
    expect(schemaFaults(schema, { ...vectors[0], extra: 1 })).not.toEqual([])
    expect(schemaFaults(schema, { ...vectors[0], expect: 'maybe' })).not.toEqual([])
  })
})

function numbered(letter: string, last: number): string[] {
  return Array.from({ length: last }, (_, index) => `${letter}${String(index + 1).padStart(2, '0')}`)
}

const privateMembers = Object.values(keys).flatMap(({ d, p, q, dp, dq, qi, k }) => [d, p, q, dp, dq, qi, k])

/** Neither a token nor its claims or signature, nor anything private of a key, may stand in a finding. */
function hidesSecrets({ id, input }: Vector, findings: readonly Finding[]): void {
  const said = JSON.stringify(findings)
  const secrets = [...privateMembers, ...secretsIn(input)]
  const leaked = secrets.filter(
    (secret) => secret !== undefined && secret.length >= 16 && said.includes(secret),
  )
  expect([id, leaked]).toEqual([id, []])
}

/** The tokens of an input, sealed or signed, with all but their first segment, and the passwords of its URLs. */
function secretsIn(input: unknown): string[] {
  if (typeof input === 'string') {
    const segments = input.split('.')
    const password = /:\/\/[^/@:]*:([^/@]+)@/.exec(input)?.[1]
    if (password !== undefined) return [password]
    const token = segments.length >= 3 && segments.length <= 6 && /^[\w-]{16,}$/.test(segments[0] ?? '')
    return token ? [input, ...segments.slice(1)] : []
  }
  return typeof input === 'object' && input !== null ? Object.values(input).flatMap(secretsIn) : []
}
