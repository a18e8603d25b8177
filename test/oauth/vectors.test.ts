import { describe, expect, it } from 'vitest'
import { authorizeRules, grantAnswer, grantRules, signInRules } from '../../src/oauth/index.js'
import { callbackGateRules, callbackRules } from '../../src/oauth/client/callbackRules.js'
import { configGateRules, configRules } from '../../src/oauth/client/awsConfig/rules.js'
import { schemaFaults } from '../tti/jsonSchema.js'
import { pathsIn, vectorText } from '../tti/vectorFiles.js'
import { fileOf, generateOAuthVectors, type Vector } from '../vectors/generate.js'
import { runVector } from './runVector.js'

const paths = pathsIn('oauth')
const vectors = paths.map((path) => JSON.parse(vectorText(path)) as Vector)
/** What no input can show: a store that fails. */
const ELSEWHERE = ['oauth/store']
const rules = [
  ...grantRules,
  ...authorizeRules,
  ...callbackGateRules,
  ...callbackRules,
  ...configGateRules,
  ...configRules,
]
  .map(({ id, severity }) => ({ id: id as string, severity }))
  .filter(({ id }) => !ELSEWHERE.includes(id))
const severities = new Map([...rules, ...signInRules].map(({ id, severity }) => [id as string, severity]))
const told = (findings: readonly { rule: string; reason: string }[]): string[] =>
  [...new Set(findings.map(({ rule, reason }) => `${rule} ${reason}`))].sort()

describe('every vector', () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', async (_, vector) => {
    const { verdict, facts } = await runVector(vector)
    const { rule, reason, also = [], answer } = vector
    expect(told(verdict.findings)).toEqual(
      told([...(reason === undefined ? [] : [{ rule, reason }]), ...also]),
    )
    expect(verdict.ok).toBe(vector.expect !== 'refused')
    for (const finding of verdict.findings) {
      if (severities.has(finding.rule)) expect(finding.severity).toBe(severities.get(finding.rule))
      expect(JSON.stringify(finding).length).toBeLessThan(2_000)
    }
    if (vector.value !== undefined) expect(facts).toMatchObject(vector.value as object)
    if (answer !== undefined) expect(grantAnswer(verdict.findings).name).toBe(answer)
  })
})

describe('the vectors together', () => {
  it.each(rules.map(({ id, severity }) => [id, severity] as const))('pass and break %s', (id, severity) => {
    const outcomes = vectors.filter(({ rule }) => rule === id).map((vector) => vector.expect)
    expect(outcomes).toContain('accepted')
    expect(outcomes).toContain(severity === 'error' ? 'refused' : 'warned')
  })

  it('name each rule in one layer, and every refusal of the wire with its exception', () => {
    for (const { id } of rules) {
      const own = vectors.filter(({ rule }) => rule === id)
      expect([id, new Set(own.map(({ layer }) => layer)).size]).toEqual([id, 1])
    }
    const answered = new Map<string, string>(grantRules.map(({ id, answer }) => [id, answer]))
    for (const vector of vectors.filter((one) => one.expect === 'refused'))
      expect([vector.id, vector.answer]).toEqual([vector.id, answered.get(vector.rule)])
  })

  it('try every attack class on grants that an input can show', () => {
    const tried = new Set(vectors.flatMap(({ attacks = [] }) => attacks))
    const classes = Array.from({ length: 19 }, (_, at) => `O${String(at + 1).padStart(2, '0')}`)
    // A race, a person who is deceived, how codes are typed and how secrets are kept: functions and pages have tests of these.
    expect(classes.filter((name) => !tried.has(name))).toEqual(['O05', 'O12', 'O15', 'O19'])
  })

  it('hold no secret that is one', () => {
    for (const vector of vectors) expect(JSON.stringify(vector)).not.toMatch(/PRIVATE KEY|aoal|aorv/)
  })

  it('are what the generator writes, to the byte, and nothing else', () => {
    const generated = new Map(
      generateOAuthVectors()
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
