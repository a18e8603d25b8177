import { describe, expect, it } from 'vitest'
import { ALGS, contentsOf, issue, KINDS, loginTo, ODDITIES, oddLogin, SIGNED, type Oddity } from './issued.js'
import { MISTAKES } from './mistakes.js'
import { expectationOf, read } from './read.js'

// What the tests of the peers are about, read by ourselves: each message that a peer is given is one of these.

describe('What we issue is what we read', () => {
  for (const kind of KINDS)
    for (const sign of SIGNED)
      for (const alg of ALGS)
        it(`to ${kind}, ${sign} signed with ${alg}`, () => {
          const login = loginTo(kind)
          expect(read(issue(login, { sign, alg }), expectationOf(kind))).toEqual(contentsOf(login))
        })

  for (const oddity of Object.keys(ODDITIES) as Oddity[])
    it(`with a value of ${oddity}`, () => {
      const login = oddLogin(oddity)
      const xml = issue(login, { sign: 'assertion' })
      expect(read(xml, expectationOf('application'))).toEqual(contentsOf(login))
    })
})

describe('What is wrong with it, we refuse by name', () => {
  for (const { title, make, refusal } of MISTAKES)
    for (const kind of KINDS)
      for (const sign of SIGNED) {
        const xml = make(kind, sign)
        if (xml === undefined) continue
        it(`${title}: to ${kind}, ${sign} signed`, () => {
          expect(read(xml, expectationOf(kind))).toEqual([...refusal(kind, sign)].sort())
        })
      }
})
