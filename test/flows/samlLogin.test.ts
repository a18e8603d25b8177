import { describe, expect, it } from 'vitest'
import type { ClaimOutcome, ReplayStore } from '../../src/core/index.js'
import { samlLogin } from '../../src/flows/index.js'
import { memoryReplayStore } from '../../src/stores/index.js'
import { ADA, counted, expectation, issued, NOW, otherSigner, told } from '../support/saml.js'

const answering = (answer: () => Promise<ClaimOutcome>): ReplayStore => ({ claim: answer })

describe('samlLogin', () => {
  it('signs in once, whatever the message is wrapped in', async () => {
    const replay = memoryReplayStore()
    const xml = issued()
    expect((await samlLogin(xml, expectation(), { replay })).ok).toBe(true)
    const again = [
      xml,
      Buffer.from(xml).toString('base64'),
      Buffer.from(xml).toString('base64').replace(/.{64}/g, '$&\n'),
      xml.replace('ID="_id1"', 'ID="_new"').replace('<samlp:Response ', '<samlp:Response  '),
    ]
    for (const message of again) {
      const verdict = await samlLogin(message, expectation(), { replay })
      expect(told(verdict.findings)).toEqual(['saml/replay assertion'])
      expect(verdict).not.toHaveProperty('value')
    }
  })

  it('lets one of many at the same moment through', async () => {
    const replay = memoryReplayStore()
    const verdicts = await Promise.all(
      Array.from({ length: 200 }, () => samlLogin(issued(), expectation(), { replay })),
    )
    expect(verdicts.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('remembers until the assertion has ended for every clock', async () => {
    const replay = memoryReplayStore()
    await samlLogin(issued(), expectation(), { replay })
    const late = await samlLogin(issued(), expectation({ now: NOW + 359 }), { replay })
    expect(told(late.findings)).toEqual(['saml/replay assertion'])
    const ended = await samlLogin(issued(), expectation({ now: NOW + 360 }), { replay })
    expect(told(ended.findings)).toEqual(['saml/not-on-or-after expired'])
  })

  it('remembers for processes that are set to another skew', async () => {
    const replay = memoryReplayStore()
    expect((await samlLogin(issued(), expectation({ clockSkewSeconds: 0 }), { replay })).ok).toBe(true)
    const other = await samlLogin(issued(), expectation({ now: NOW + 310 }), { replay })
    expect(told(other.findings)).toEqual(['saml/replay assertion'])
  })

  it('takes one answer to a request, and any number of unsolicited ones', async () => {
    const replay = memoryReplayStore()
    const newID = counted()
    const login = (inResponseTo: string | undefined) =>
      samlLogin(
        issued({ ...ADA, inResponseTo }, { newID }),
        expectation({ inResponseTo: inResponseTo ?? null }),
        { replay },
      )
    expect((await login('_a')).ok).toBe(true)
    expect(told((await login('_a')).findings)).toEqual(['saml/replay request'])
    expect((await login('_b')).ok).toBe(true)
    expect((await login(undefined)).ok).toBe(true)
    expect((await login(undefined)).ok).toBe(true)
  })

  it('lets nobody use up an assertion that is refused', async () => {
    const replay = memoryReplayStore()
    const forged = issued(ADA, { signer: otherSigner })
    expect((await samlLogin(forged, expectation(), { replay })).ok).toBe(false)
    expect((await samlLogin(issued(), expectation({ now: NOW + 3600 }), { replay })).ok).toBe(false)
    expect((await samlLogin(issued(), expectation(), { replay })).ok).toBe(true)
  })

  it('refuses when the store is full, down or makes no sense', async () => {
    const of = async (claim: () => Promise<ClaimOutcome>): Promise<string[]> =>
      told((await samlLogin(issued(), expectation(), { replay: answering(claim) })).findings)
    expect(await of(() => Promise.resolve('full'))).toEqual(['saml/replay-store full'])
    expect(await of(() => Promise.resolve('unavailable'))).toEqual(['saml/replay-store unavailable'])
    expect(await of(() => Promise.reject(new Error('down')))).toEqual(['saml/replay-store unavailable'])
    expect(await of(() => Promise.resolve('yes' as ClaimOutcome))).toEqual(['saml/replay-store unavailable'])
    await expect(samlLogin(issued(), expectation(), {} as { replay: ReplayStore })).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
    })
  })
})
