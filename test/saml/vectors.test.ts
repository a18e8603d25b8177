import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/core/index.js'
import { certificateRules } from '../../src/saml/certificate.js'
import { generateRules } from '../../src/saml/certificates/generateRules.js'
import { certificateSetRules } from '../../src/saml/certificates/rules.js'
import { issueRules } from '../../src/saml/issue/rules.js'
import { messageRules } from '../../src/saml/messageRules.js'
import { envelopeRules, rootRules } from '../../src/saml/response/envelopeRules.js'
import { meaningRules } from '../../src/saml/response/rules.js'
import { signedRules } from '../../src/saml/signer.js'
import { signatureRules } from '../../src/saml/response/signatureRules.js'
import { certificateFiles, fileOf, generateSamlVectors, type Vector } from '../vectors/generate.js'
import { schemaFaults } from '../tti/jsonSchema.js'
import { keys, pathsIn, vectorText } from '../tti/vectorFiles.js'
import { inspectVector, runVector } from './runVector.js'
import { samlVectorPaths, samlVectors } from './vectorFiles.js'

/** What messages, certificates, sets of them and sign-ins that are issued can break. People, replay, metadata and making certificates have tests of their own. */
const rules = [
  messageRules,
  rootRules,
  envelopeRules,
  signatureRules,
  meaningRules,
  certificateRules,
  certificateSetRules.filter(({ id }) => !generateRules.some((rule) => rule.id === id)),
  issueRules,
  signedRules,
]
  .flatMap((list) => list.map(({ id, severity }) => ({ id, severity })))
  .filter(({ id }, index, all) => all.findIndex((other) => other.id === id) === index)
const severities = new Map(rules.map(({ id, severity }) => [id as string, severity]))

/** Attack classes that no message, certificate or sign-in can show. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  S06: 'It is about other messages than Responses: requests are read, and signed, by functions of their own.',
  S50: 'It is about the HTTP-Redirect binding, whose signature is over a query.',
  S96: 'validateResponse remembers nothing: samlLogin does, and its tests present assertions twice.',
  S97: 'RelayState is no part of a message.',
}

const responses = samlVectors.filter(({ subject }) => subject === 'response')
const layerOf = new Map(responses.map(({ rule, layer }) => [rule, layer]))
const told = (findings: readonly { rule: string; reason: string }[]): string[] =>
  [...new Set(findings.map(({ rule, reason }) => `${rule} ${reason}`))].sort()

function expected({ rule, reason, also = [] }: Vector): string[] {
  return told([...(reason === undefined ? [] : [{ rule, reason }]), ...also])
}

describe('every vector', () => {
  it.each(samlVectors.map((vector) => [vector.id, vector] as const))('%s', (_, vector) => {
    const { verdict, facts } = runVector(vector)
    expect(told(verdict.findings)).toEqual(expected(vector))
    expect(verdict.ok).toBe(vector.expect !== 'refused')
    for (const { rule, severity } of verdict.findings)
      expect([rule, severity]).toEqual([rule, severities.get(rule)])
    // What is issued is only accepted when its receiver accepts it, too.
    expect(facts !== undefined).toBe(vector.expect !== 'refused')
    if (vector.value !== undefined) expect(facts).toMatchObject(vector.value as object)
    isPresentable(verdict.findings)
  })
})

describe('every vector of a Response', () => {
  it('is refused at its own layer, and says nothing of any other', () => {
    for (const vector of responses.filter((one) => one.expect === 'refused')) {
      const layers = new Set(runVector(vector).verdict.findings.map(({ rule }) => layerOf.get(rule)))
      expect([vector.id, ...layers]).toEqual([vector.id, vector.layer])
    }
  })

  it('is told the same by an inspection, which reads on and signs no one in', () => {
    for (const vector of responses) {
      const { verdict, verified, rules: outcomes } = inspectVector(vector)
      expect([vector.id, verdict.ok]).toEqual([vector.id, vector.expect !== 'refused'])
      expect(told(verdict.findings)).toEqual(expect.arrayContaining(expected(vector)))
      const outcome = outcomes.find(({ rule }) => rule.id === vector.rule)?.outcome
      const allowed = vector.expect === 'accepted' ? ['pass', 'notApplicable'] : ['fail']
      expect([vector.id, allowed.includes(outcome ?? '')]).toEqual([vector.id, true])
      const past = vector.expect !== 'refused' || vector.layer === 'meaning'
      expect([vector.id, verified]).toEqual([vector.id, past])
      if (past) expect([vector.id, verdict]).toEqual([vector.id, runVector(vector).verdict])
      else expect([vector.id, 'value' in verdict]).toEqual([vector.id, false])
      isPresentable(verdict.findings)
    }
  })
})

describe('the vectors together', () => {
  it.each(rules.map(({ id, severity }) => [id, severity] as const))('keep and break %s', (id, severity) => {
    const own = samlVectors.filter(({ rule }) => rule === id)
    const outcomes = own.map((vector) => vector.expect)
    expect(outcomes).toContain(severity === 'error' ? 'refused' : 'warned')
    const kept = own.filter(({ expect: outcome }) => outcome === 'accepted').some(keeps)
    expect(kept).toBe(true)
  })

  it('try every attack class on SAML that an input can show', () => {
    const tried = new Set(samlVectors.flatMap(({ attacks = [] }) => attacks))
    const classes = [...numbered(1, 35), ...numbered(40, 50), ...numbered(60, 74), ...numbered(80, 99)]
    expect(classes.filter((name) => !tried.has(name))).toEqual(Object.keys(ELSEWHERE))
  })

  it('name each rule in one layer of each subject', () => {
    for (const { id } of rules) {
      for (const subject of [
        'response',
        'certificate',
        'certificateSet',
        'certificateChange',
        'rotationPlan',
        'issue',
      ]) {
        const own = samlVectors.filter((vector) => vector.rule === id && vector.subject === subject)
        const layers = new Set(own.map(({ layer }) => layer))
        expect([id, subject, layers.size <= 1]).toEqual([id, subject, true])
      }
    }
  })

  it('are what the generator writes, to the byte, and nothing else', () => {
    const files = [...generateSamlVectors(keys).map(fileOf), ...certificateFiles(keys)]
    const generated = new Map(files.map(({ path, text }) => [path, text]))
    const certificates = pathsIn('keys').filter((path) => path.endsWith('.pem'))
    const stored = [...samlVectorPaths, ...certificates]
    expect([...stored].sort()).toEqual([...generated.keys()].sort())
    expect(stored.filter((path) => vectorText(path) !== generated.get(path))).toEqual([])
  })

  it('follow the schema', () => {
    const schema: unknown = JSON.parse(vectorText('schema.json'))
    for (const vector of samlVectors)
      expect([vector.id, schemaFaults(schema, vector)]).toEqual([vector.id, []])
    expect(schemaFaults(schema, { ...samlVectors[0], input: {} })).not.toEqual([])
    expect(schemaFaults(schema, { ...samlVectors[0], layer: 'somewhere' })).not.toEqual([])
  })
})

/** Whether the rule spoke of the input, and found nothing. */
function keeps(vector: Vector): boolean {
  if (vector.subject !== 'response') return true
  return inspectVector(vector).rules.find(({ rule }) => rule.id === vector.rule)?.outcome === 'pass'
}

function numbered(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, one) => `S${String(first + one).padStart(2, '0')}`)
}

const privateMembers = Object.values(keys).flatMap(({ d, p, q, dp, dq, qi }) => [d, p, q, dp, dq, qi])
// Controls, and characters that turn a line around or cannot be seen.
const UNPRINTABLE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u

/** What a finding says fits in a log: it is short, forges no line, and tells nothing private of a key (S74). */
function isPresentable(findings: readonly Finding[]): void {
  expect(findings.length).toBeLessThanOrEqual(150)
  for (const { path = '', expected: wanted = '', actual = '' } of findings) {
    for (const text of [path, wanted, actual]) {
      expect(text).not.toMatch(UNPRINTABLE)
      expect(text.length).toBeLessThan(1_200)
    }
  }
  const said = JSON.stringify(findings)
  const leaked = privateMembers.filter((secret) => secret !== undefined && said.includes(secret))
  expect(leaked).toEqual([])
}
