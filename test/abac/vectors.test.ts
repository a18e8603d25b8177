import { describe, expect, it } from 'vitest'
import { abacRules } from '../../src/abac/index.js'
import { schemaFaults } from '../tti/jsonSchema.js'
import { pathsIn, vectorText } from '../tti/vectorFiles.js'
import { fileOf, generateTagVectors, type Vector } from '../vectors/generate.js'
import { runVector } from './runVector.js'

const paths = pathsIn('abac/tags')
const vectors = paths.map((path) => JSON.parse(vectorText(path)) as Vector)
const severities = new Map<string, string>(abacRules.map(({ id, severity }) => [id, severity]))
const told = (findings: readonly { rule: string; reason: string }[]): string[] =>
  [...new Set(findings.map(({ rule, reason }) => `${rule} ${reason}`))].sort()

describe('every vector', () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const verdict = runVector(vector)
    const { rule, reason, also = [] } = vector
    expect(told(verdict.findings)).toEqual(
      told([...(reason === undefined ? [] : [{ rule, reason }]), ...also]),
    )
    expect(verdict.ok).toBe(vector.expect !== 'refused')
    for (const finding of verdict.findings) {
      expect(finding.severity).toBe(severities.get(finding.rule))
      expect(finding.path, finding.rule).toBeTypeOf('string')
      expect(JSON.stringify(finding).length).toBeLessThan(2_000)
    }
    if (vector.value !== undefined) expect(verdict.value).toMatchObject(vector.value as object)
  })
})

describe('the vectors together', () => {
  it.each(abacRules.map(({ id, severity }) => [id, severity] as const))(
    'pass and break %s',
    (id, severity) => {
      const outcomes = vectors.filter(({ rule }) => rule === id).map((vector) => vector.expect)
      expect(outcomes).toContain('accepted')
      expect(outcomes).toContain(severity === 'error' ? 'refused' : 'warned')
    },
  )

  it('name each rule in one layer, whatever the subject', () => {
    for (const { id } of abacRules) {
      const layers = new Set(vectors.filter(({ rule }) => rule === id).map(({ layer }) => layer))
      expect([id, layers.size]).toEqual([id, 1])
    }
  })

  it('are what the generator writes, to the byte, and nothing else', () => {
    const generated = new Map(
      generateTagVectors()
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
