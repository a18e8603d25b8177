import { describe, expect, it } from 'vitest'
import { validateResponse } from '../../src/saml/index.js'
import { meaningRules } from '../../src/saml/response/rules.js'
import { DSIG } from '../../src/saml/names.js'
import { parseDocument } from '../../src/saml/xml/document.js'
import { XmlFault } from '../../src/saml/xml/fault.js'
import { allElementsOf, isElement } from '../../src/saml/xml/query.js'
import { verifySignature } from '../../src/saml/xml/signature.js'
import { SignatureFault } from '../../src/saml/xml/signatureFault.js'
import { ADA, expectation, idpCertificate, issued, NOW } from '../support/saml.js'
import { keepingMutations, wildMutations, type Mutation } from './mutations.js'
import { Random } from './xml/random.js'

const MUTANTS = 24_000
const meaning = new Set<string>(meaningRules.map(({ id }) => id))

const valid = (['assertion', 'response', 'both'] as const).map((sign) => ({
  sign,
  xml: issued(
    {
      ...ADA,
      accessControl: { CostCenter: 'blue' },
      attributes: [{ name: 'displayName', values: ['A & B <c>'] }],
    },
    { sign, certificate: idpCertificate },
  ),
}))

/** Who strips one of two signatures takes the proof of the Response's own ID with it, and changes nothing else. */
function identityOf(message: string, sign?: string): { accepted: boolean; passed: boolean; read: string } {
  const verdict = validateResponse(message, expectation())
  const passed = verdict.ok || verdict.findings.every(({ rule }) => meaning.has(rule))
  const { responseID, ...identity } = verdict.value ?? {}
  if (responseID !== undefined || (verdict.ok && sign === 'response')) expect(responseID).toBe('_id1')
  return { accepted: verdict.ok, passed, read: JSON.stringify(identity) }
}

/** Whether some signature in a text still verifies over the element in which it stands, wherever that may be now. */
function holdsGoodSignature(text: string): boolean {
  let good = false
  const trust = { certificates: [idpCertificate], now: NOW }
  try {
    for (const element of allElementsOf(parseDocument(text))) {
      if (good || element.parent === undefined || !isElement(element, DSIG, 'Signature')) continue
      try {
        verifySignature(element, element.parent, trust)
        good = true
      } catch (error) {
        if (!(error instanceof SignatureFault)) throw error
      }
    }
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error
  }
  return good
}

describe('mutants of valid Responses', () => {
  it(`never change a value that is read: ${MUTANTS} of them`, () => {
    const random = new Random(20261125)
    const counts = new Map<string, { made: number; passed: number; accepted: number }>()
    const originals = valid.map(({ xml }) => identityOf(xml).read)
    let same = 0
    let signed = 0
    for (let made = 0; made < MUTANTS; made++) {
      // Half of them leave what is signed as it is, or write its canonical form in another way.
      const family: Readonly<Record<string, Mutation>> = made % 2 === 0 ? keepingMutations : wildMutations
      const name = random.pick(Object.keys(family))
      const which = made % 2 === 0 && name !== 'rewrite' ? 0 : random.below(3)
      const original = valid[which]!
      const mutant = family[name]!(original.xml, random)
      if (mutant === original.xml) {
        same++
        continue
      }
      const { accepted, passed, read } = identityOf(mutant, original.sign)
      const count = counts.get(name) ?? { made: 0, passed: 0, accepted: 0 }
      counts.set(name, count)
      count.made++
      if (passed) count.passed++
      if (passed || holdsGoodSignature(mutant)) signed++
      if (!accepted) continue
      count.accepted++
      if (read !== originals[which])
        expect.fail(`${name} of a signed ${original.sign} was read as ${read}:\n${mutant}`)
    }
    const total = [...counts.values()].reduce((sum, one) => ({
      made: sum.made + one.made,
      passed: sum.passed + one.passed,
      accepted: sum.accepted + one.accepted,
    }))
    const lines = [...counts].map(
      ([name, one]) =>
        `  ${name}: ${one.made} made, ${one.passed} past the signature, ${one.accepted} accepted`,
    )
    console.log(
      [
        `${total.made} mutants, ${signed} kept a valid signature, ${total.passed} passed the signature gate, ${total.accepted} were accepted and read the same`,
        ...lines,
      ].join('\n'),
    )
    expect(total.made).toBeGreaterThanOrEqual(20_000)
    expect(signed).toBeGreaterThanOrEqual(total.made / 2)
    expect(same).toBeLessThan(MUTANTS / 8)
    // Were nothing to pass the gate, the test would show nothing of what stands behind it.
    expect(total.passed).toBeGreaterThan(MUTANTS / 10)
    expect(total.accepted).toBeGreaterThan(MUTANTS / 20)
  })
})
