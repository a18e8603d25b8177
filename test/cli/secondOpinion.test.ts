import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import type { Report } from '../../src/conformance/index.js'
import { formatDateTime } from '../../src/core/codec.js'
import { command, temporaryFiles } from '../support/command.js'

const { file, remove } = temporaryFiles()
afterAll(remove)

interface ResponseVector {
  readonly now: number
  readonly rule: string
  readonly reason?: string
  readonly input: {
    readonly message: string
    readonly expectation: {
      readonly idp: { readonly entityID: string; readonly certificates: readonly string[] }
      readonly sp: { readonly entityID: string; readonly acsURL: string }
      readonly inResponseTo?: string
    }
  }
}

/** Runs `check response` on a vector's message, and finds what it says of the vector's own rule. */
async function checked(name: string) {
  const url = new URL(`../vectors/saml/${name}.json`, import.meta.url)
  const vector = JSON.parse(readFileSync(url, 'utf8')) as ResponseVector
  const { message, expectation } = vector.input
  const [pem = ''] = expectation.idp.certificates
  const { code, out } = await command(
    'check',
    'response',
    file(`${name}.xml`, message),
    ...['--idp-entity-id', expectation.idp.entityID, '--idp-certificate', file(`${name}.pem`, pem)],
    ...['--audience', expectation.sp.entityID, '--acs', expectation.sp.acsURL],
    ...['--at', formatDateTime(vector.now), '--format', 'json'],
  )
  const report = JSON.parse(out) as Report
  const finding = report.rules.flatMap(({ findings }) => findings).find(({ rule }) => rule === vector.rule)
  return { code, report, finding, opinion: report.facts['second opinion'] }
}

describe('the second opinion of xml-crypto', () => {
  it.each([
    'signature-transforms.inclusive',
    'signature-transforms.enveloped-only',
    'signature-algorithm.canonicalization-inclusive',
    'signature-algorithm.sha-1',
    'signature-structure.object',
  ])('tells a right signature in a form that is not taken: %s', async (name) => {
    const { code, report, finding, opinion } = await checked(name)
    expect([code, report.verdict, report.verified, report.identity]).toEqual([1, 'refused', false, null])
    expect(opinion).toMatch(/verifies the signature of/)
    expect(finding?.hint).toMatch(/change the form, not the certificate/)
  })

  it.each([
    ['signature.other-key', /finds no trusted key for the signature of Assertion/, /same result/],
    ['signature.value-bit', /finds no trusted key for/, /same result/],
    ['digest.name-id', /finds changed what is under the signature of Assertion/, /same result/],
    ['signature-structure.value-url-safe', /finds no trusted key/, /check the imported certificate, too/],
    ['signature-transforms.exclusive-only', /finds changed/, /changed after it was signed/],
  ])('tells a wrong one: %s', async (name, said, hint) => {
    const { code, finding, opinion } = await checked(name)
    expect(code).toBe(1)
    expect(opinion).toMatch(said)
    expect(finding?.hint).toMatch(hint)
  })

  it.each([
    'assertion-count.xsw1',
    'assertion-count.xsw3',
    'assertion-count.in-signed-info',
    'assertion-count.in-object',
    'assertion-count.forged-in-key-info',
    'signature-reference.response-by-assertion',
    'signature-placement.in-advice',
  ])('never calls a signature right whose element may not be the one that is read: %s', async (name) => {
    const { code, report } = await checked(name)
    expect(code).toBe(1)
    expect(report.facts['second opinion']).toBeDefined()
    expect(JSON.stringify(report)).not.toMatch(/change the form, not the certificate/)
  })

  it('says so where a signature of a trusted key covers another element', async () => {
    const { finding } = await checked('signature-reference.response-by-assertion')
    expect(finding?.hint).toMatch(/not what would be read/)
  })

  it('adds nothing to what is accepted but a fact, and says nothing where nothing is signed', async () => {
    const accepted = await checked('signature.trusted')
    expect([accepted.code, accepted.finding]).toEqual([0, undefined])
    expect(accepted.opinion).toMatch(/^xml-crypto verifies the signature of Assertion \(no verdict\)$/)
    const unsigned = await checked('signature-missing.none')
    expect([unsigned.code, unsigned.opinion]).toEqual([1, undefined])
  })
})
