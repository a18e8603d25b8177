import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'
import { colour } from '../../src/conformance/index.js'
import { formatDateTime } from '../../src/core/codec.js'
import {
  parseCertificateSet,
  recordCertificateUse,
  type CertificateSet,
  type InboundSet,
} from '../../src/saml/index.js'
import { certificateText, pemOf } from '../support/certificates.js'
import { certificate, DAY, keys } from '../support/certificateSets.js'
import { command, temporaryFiles } from '../support/command.js'
import { IDP, NOW } from '../support/saml.js'
import { idp, keyOf } from '../saml/metadataDocuments.js'

const { folder, file, remove } = temporaryFiles()
afterAll(remove)

const AT = formatDateTime(NOW)
const [a, b] = [certificate({ to: 200 }), certificate({ key: keys[1], serial: 2, to: 700 })]
let [set, count] = ['', 0]
beforeEach(() => {
  set = join(folder, `set-${++count}.json`)
})

const certs = (word: string, ...words: string[]) => command('certs', word, ...words, '--set', set, '--at', AT)
interface Told {
  verdict?: string
  audit: { outcome: string; added: string[]; removed: string[] }
  findings: { rule: string; reason: string }[]
  status: { colour: string; certificates: { sha256: string; active: boolean }[] }
  plan: { due: string | null; findings: { rule: string }[] }
  key?: string
  red: { why: string; sha256?: string }[]
}
const json = async (word: string, ...words: string[]): Promise<{ code: number } & Told> => {
  const { code, out, err } = await certs(word, ...words, '--format', 'json')
  expect(err).toBe('')
  return { code, ...(JSON.parse(out) as Told) }
}
const kept = (): CertificateSet => {
  const read = parseCertificateSet(readFileSync(set, 'utf8'), { now: NOW })
  if (!read.ok) throw new Error('The file is no set any more.')
  return read.value
}
const digests = (): string[] => kept().certificates.map(({ sha256 }) => sha256)
const metadata = (...certificates: { pem: string }[]): string =>
  idp({
    entity: `entityID="${IDP}"`,
    keys: certificates.map(({ pem }) => keyOf(pem.replace(/-----.*-----|\n/g, ''))).join(''),
  })
const pem = (one: { pem: string }): string => file(`${++count}.pem`, one.pem)
const begin = async (...all: { pem: string }[]): Promise<void> => {
  for (const one of all) expect((await certs('import', pem(one), '--entity-id', IDP)).code).toBe(0)
}
/** Only what was meant to be is left: no lock, and nothing half written. */
const leftovers = (): string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.lock') || name.endsWith('.tmp'))

describe('certs import', () => {
  it('begins a set, and adds to it', async () => {
    const first = await json('import', pem(a), '--entity-id', IDP)
    expect(first).toMatchObject({
      code: 0,
      verdict: 'accepted',
      audit: { outcome: 'done', added: [a.sha256] },
    })
    expect(kept()).toMatchObject({ direction: 'inbound', party: 'idp', entityID: IDP })
    expect(await json('import', pem(b))).toMatchObject({ code: 0, audit: { added: [b.sha256] } })
    expect(digests()).toEqual([a.sha256, b.sha256])
    const before = readFileSync(set, 'utf8')
    expect(await json('import', pem(b))).toMatchObject({ code: 0, audit: { outcome: 'unchanged' } })
    expect(readFileSync(set, 'utf8')).toBe(before)
    expect(leftovers()).toEqual([])
  })

  it('tells why a certificate is refused, and leaves the file as it was', async () => {
    await begin(a)
    const before = readFileSync(set, 'utf8')
    const { code, out } = await certs('import', file('chain.pem', a.pem + b.pem))
    expect([code, out]).toEqual([1, expect.stringContaining('saml/certificate-form (several)')])
    expect(out).toMatch(/^REFUSED {2}import /)
    expect(readFileSync(set, 'utf8')).toBe(before)
  })

  it('reads metadata, and lets go of what is in use only by force', async () => {
    expect(await json('import', file('ab.xml', metadata(a, b)))).toMatchObject({
      code: 0,
      audit: { added: [a.sha256, b.sha256] },
    })
    const used = recordCertificateUse(kept() as InboundSet, a.sha256, { now: NOW - DAY })
    writeFileSync(set, JSON.stringify(used.set))
    const later = file('b.xml', `\ufeff\n${metadata(b)}`.replace('\n', ''))
    const refused = await json('import', later)
    expect(refused.code).toBe(1)
    expect(refused.findings.map(({ reason }) => reason)).toEqual(['in-use'])
    expect(digests()).toEqual([a.sha256, b.sha256])
    expect(await json('import', later, '--keep')).toMatchObject({ code: 0, audit: { removed: [] } })
    expect(await json('import', later, '--force')).toMatchObject({ code: 0, audit: { removed: [a.sha256] } })
    expect(digests()).toEqual([b.sha256])
  })

  it('follows a link to the file, and keeps its permissions', async () => {
    await begin(a)
    chmodSync(set, 0o640)
    const target = set
    set = join(folder, 'link.json')
    symlinkSync(target, set)
    expect((await certs('import', pem(b))).code).toBe(0)
    expect(lstatSync(set).isSymbolicLink()).toBe(true)
    expect(statSync(target).mode & 0o777).toBe(0o640)
    expect(digests().length).toBe(2)
    rmSync(set)
  })

  it('puts no file in the place of a link to one that is not there', async () => {
    symlinkSync(join(folder, 'not-mounted', 'set.json'), set)
    for (const one of [pem(a), file('dangling.xml', metadata(a))])
      expect((await certs('import', one, '--entity-id', IDP)).code).toBe(2)
    expect(lstatSync(set).isSymbolicLink()).toBe(true)
    expect(leftovers()).toEqual([])
  })

  it('is misused by what makes no sense', async () => {
    const misuse = async (...words: string[]): Promise<void> => {
      const { code, out, err } = await certs('import', ...words)
      expect([words, code, out, err.length > 0]).toEqual([words, 2, '', true])
    }
    await misuse()
    await misuse(pem(a))
    await misuse(join(folder, 'none.pem'), '--entity-id', IDP)
    await misuse(pem(a), pem(b), '--entity-id', IDP)
    await misuse(pem(a), '--entity-id', IDP, '--party', 'all')
    await misuse(pem(a), '--entity-id', IDP, '--format', 'html')
    await misuse(pem(a), '--entity-id', IDP, '--force')
    await misuse(file('odd.xml', '<a/>'))
    expect(existsSync(set)).toBe(false)
    await begin(a)
    await misuse(pem(b), '--entity-id', `${IDP}/`)
    await misuse(pem(b), '--party', 'sp')
    expect(leftovers()).toEqual([])
  })

  it('takes no file for a set that is none', async () => {
    for (const content of ['', '{}', '[]', 'x', `${'x'.repeat(2_000_000)}`]) {
      writeFileSync(set, content)
      const { code, err } = await certs('import', pem(a), '--entity-id', IDP)
      expect([code, err.includes(set)]).toEqual([2, true])
      expect(readFileSync(set, 'utf8')).toBe(content)
    }
  })

  it('reads nothing without an end', async () => {
    expect((await command('certs', 'status', '--set', '/dev/zero')).code).toBe(2)
  })
})

describe('certs that change a set exit with 1 when it is red then', () => {
  const later = async (seconds: number, word: string, ...words: string[]) => {
    const tail = ['--set', set, '--at', formatDateTime(seconds)]
    const told = await command('certs', word, ...words, ...tail, '--format', 'json')
    const text = JSON.parse(told.out) as Told
    return { code: told.code, outcome: text.audit.outcome, red: text.red, verdict: text.verdict }
  }
  const expired = (...all: { sha256: string }[]) => all.map(({ sha256 }) => ({ why: 'expired', sha256 }))

  it('import', async () => {
    const soon = certificate({ key: keys[2], serial: 9, from: 1, to: 700 })
    const first = await certs('import', pem(soon), '--entity-id', IDP)
    expect(first.code).toBe(1)
    expect(first.out).toMatch(/^DONE {2}import /)
    expect(first.out).toContain('\nred   no certificate of the set can verify a sign-in now\n')
    expect(digests()).toEqual([soon.sha256])
    // Nothing is changed, and it is red still.
    expect(await json('import', pem(soon))).toMatchObject({
      code: 1,
      verdict: 'accepted',
      audit: { outcome: 'unchanged' },
      red: [{ why: 'nothing-verifies' }],
    })
    expect(await json('import', pem(a))).toMatchObject({ code: 0, audit: { outcome: 'done' }, red: [] })
    const dead = a.notAfter + 1
    expect(await later(dead, 'import', pem(b))).toEqual({
      code: 1,
      outcome: 'done',
      verdict: 'accepted',
      red: expired(a),
    })
    // Of metadata likewise.
    const offered = file('both.xml', metadata(b, soon))
    expect(await later(dead, 'import', offered)).toMatchObject({
      code: 1,
      outcome: 'done',
      red: expired(a),
    })
    expect(await later(dead, 'remove', a.sha256)).toMatchObject({ code: 0, outcome: 'done', red: [] })
    expect(await later(dead, 'import', offered)).toMatchObject({ code: 0, outcome: 'done', red: [] })
  })

  it('remove', async () => {
    const soon = certificate({ key: keys[2], serial: 9, from: 30, to: 900 })
    await begin(a, b)
    await certs('import', pem(soon))
    const dead = b.notAfter + 1
    const again = () => later(dead, 'remove', a.sha256)
    expect(await again()).toMatchObject({ code: 1, outcome: 'done', red: expired(b) })
    expect(await later(dead, 'remove', b.sha256)).toMatchObject({ code: 0, outcome: 'done', red: [] })
    // A refusal exits with 1 whatever colour the set has.
    expect(await again()).toEqual({ code: 1, outcome: 'refused', verdict: 'refused', red: [] })
  })

  it('generate and activate', async () => {
    expect((await certs('generate', '--application', 'expenses', '--months', '1')).code).toBe(0)
    const [first] = kept().certificates
    const dead = NOW + 40 * DAY
    const red = [{ why: 'nothing-signs' }, ...expired(first!)]
    expect(await later(dead, 'generate')).toEqual({ code: 1, outcome: 'done', verdict: 'accepted', red })
    const [, second] = kept().certificates
    expect(await later(dead, 'generate')).toMatchObject({ code: 1, outcome: 'refused', red })
    // It signs again, but what has expired is in the set still.
    expect(await later(dead, 'activate', second!.sha256)).toMatchObject({
      code: 1,
      outcome: 'done',
      red: expired(first!),
    })
    expect(await later(dead, 'activate', second!.sha256)).toMatchObject({ code: 1, outcome: 'unchanged' })
    expect(await later(dead, 'remove', first!.sha256)).toMatchObject({ code: 0, outcome: 'done', red: [] })
    expect(await later(dead, 'activate', second!.sha256)).toMatchObject({ code: 0, red: [] })
  })
})

describe('certs at the same time', () => {
  it('lose nothing', async () => {
    const many = Array.from({ length: 8 }, (_, serial) =>
      certificate({ key: keys[serial % 4]!, serial: serial + 1 }),
    )
    await begin(many[0]!)
    const codes = await Promise.all(many.slice(1).map(async (one) => (await certs('import', pem(one))).code))
    expect(codes).toEqual(Array(7).fill(0))
    expect(digests().sort()).toEqual(many.map(({ sha256 }) => sha256).sort())
    expect(leftovers()).toEqual([])
  })

  it('wait for one another, and give up with a word on what to do', async () => {
    await begin(a)
    // By whom, as far as it can be told: this process, one that is gone, one of another machine, nobody knows.
    const gone = spawnSync(process.execPath, ['-e', '']).pid
    const content = [
      `${process.pid} ${hostname()}\n`,
      `${gone} ${hostname()}\n`,
      `${gone} elsewhere\n`,
      'x'.repeat(9_999),
    ]
    const locked = [
      `process ${process.pid} is`,
      `process ${gone} locked`,
      `process ${gone} on elsewhere is`,
      'another command is',
    ]
    const told = content.map(async (text, index) => {
      const one = `${set}.${index}`
      writeFileSync(one, readFileSync(set))
      writeFileSync(`${one}.lock`, text)
      utimesSync(`${one}.lock`, new Date(), new Date(Date.now() - 3 * 3_600_000))
      const { code, err } = await command('certs', 'import', pem(b), '--set', one, '--at', AT)
      expect([code, err.includes(locked[index]!), err.includes('(3 hours ago)')]).toEqual([2, true, true])
      expect(err.includes('runs no more')).toBe(index === 1)
      // What it says to do does it, and is for a person to do.
      expect(existsSync(`${one}.lock`)).toBe(true)
      spawnSync('sh', ['-c', /rm -- .*$/m.exec(err)![0]])
      expect(existsSync(`${one}.lock`)).toBe(false)
      // Reading needs no lock.
      expect((await command('certs', 'status', '--set', one, '--at', AT)).code).toBe(0)
    })
    await Promise.all(told)
    expect(digests()).toEqual([a.sha256])
  }, 30_000)
})

describe('certs generate', () => {
  it('puts the key into a file of its own that only its owner reads', async () => {
    const before = process.umask(0)
    try {
      const made = await json('generate', '--application', 'expenses')
      expect(made).toMatchObject({ code: 0, verdict: 'accepted', status: { colour: 'green' } })
      const [one] = kept().certificates
      expect(made.key).toBe(`${set}.${one!.sha256.slice(0, 16)}.key.pem`)
      expect(statSync(made.key!).mode & 0o777).toBe(0o600)
      const key = createPrivateKey(readFileSync(made.key!))
      expect(new X509Certificate(one!.pem).publicKey.equals(createPublicKey(key))).toBe(true)
      for (const text of [readFileSync(set, 'utf8'), JSON.stringify(made)])
        expect(text).not.toContain('PRIVATE KEY')
      expect(readFileSync(set, 'utf8')).not.toContain(key.export({ format: 'jwk' }).d)
    } finally {
      process.umask(before)
    }
  })

  it('writes over no key, and then leaves the set alone', async () => {
    const key = file('my.key', 'precious')
    const { code, err } = await certs('generate', '--application', 'x', '--key', key)
    expect([code, err.includes(key)]).toEqual([2, true])
    expect(readFileSync(key, 'utf8')).toBe('precious')
    expect(existsSync(set)).toBe(false)
    const dangling = join(folder, 'dangling.key')
    symlinkSync(join(folder, 'elsewhere'), dangling)
    expect((await certs('generate', '--application', 'x', '--key', dangling)).code).toBe(2)
    expect(existsSync(join(folder, 'elsewhere'))).toBe(false)
    expect(leftovers()).toEqual([])
  })

  it('takes no name for the key that is that of the set', async () => {
    const [real, link] = [join(folder, `real-${count}`), join(folder, `link-${count}`)]
    mkdirSync(real)
    symlinkSync(real, link)
    set = join(real, 'set.json')
    for (const key of [set, join(link, 'set.json'), `${set}.lock`, '-']) {
      expect((await certs('generate', '--application', 'x', '--key', key)).code).toBe(2)
      expect(readdirSync(real)).toEqual([])
    }
    expect(existsSync('-')).toBe(false)
  })

  it('leaves no key where the set cannot be written', async () => {
    // The name of the file that is to take its place is too long for any file system.
    set = join(folder, 's'.repeat(240))
    const key = join(folder, 'orphan.key')
    expect((await certs('generate', '--application', 'x', '--key', key)).code).toBe(2)
    expect([existsSync(key), existsSync(set)]).toEqual([false, false])
    expect(leftovers()).toEqual([])
  })

  it('writes no key where the certificate is refused', async () => {
    expect((await certs('generate', '--application', 'x', '--bits', '1024')).code).toBe(1)
    expect((await certs('generate', '--application', 'x', '--algorithm', 'sha1')).code).toBe(1)
    expect((await certs('generate', '--application', 'x', '--months', '0')).code).toBe(1)
    expect(readdirSync(folder).filter((name) => name.includes(`set-${count}`))).toEqual([])
    const legacy = await json(
      'generate',
      '--application',
      'x',
      '--bits',
      '1024',
      '--algorithm',
      'sha1',
      '--legacy',
    )
    expect(legacy.findings.map(({ rule }) => rule).sort()).toEqual(['saml/certificate-weak', 'saml/sha1'])
    expect(legacy.code).toBe(0)
  })

  it('leads through a rotation with activate and remove', async () => {
    await certs('generate', '--application', 'expenses', '--months', '2', '--name', 'Expenses')
    const [first] = digests()
    expect(await json('plan')).toMatchObject({ code: 0, plan: { due: 'generate' } })
    await certs('generate')
    const [, second] = digests()
    expect((await certs('generate')).code).toBe(1)
    expect(await json('plan')).toMatchObject({ plan: { due: 'distribute' } })
    expect(await json('plan', '--distributed')).toMatchObject({ plan: { due: 'activate' } })
    expect((await json('remove', first!.slice(0, 12))).findings).toMatchObject([{ reason: 'active' }])
    expect(await json('activate', second!)).toMatchObject({ code: 0, audit: { outcome: 'done' } })
    expect(await json('plan')).toMatchObject({ plan: { due: 'delete' } })
    const colons = first!.toUpperCase().replace(/..(?!$)/g, '$&:')
    expect(await json('remove', colons)).toMatchObject({ code: 0, audit: { removed: [first] } })
    expect(await json('plan')).toMatchObject({ code: 0, plan: { due: null } })
    expect(digests()).toEqual([second])
  })
})

describe('certs remove', () => {
  it('never takes the last valid one, and asks for a digest that names one', async () => {
    await begin(a, b)
    expect(await json('remove', a.sha256.slice(0, 8))).toMatchObject({
      code: 0,
      audit: { removed: [a.sha256] },
    })
    const last = await json('remove', b.sha256)
    expect([last.code, last.findings.map(({ rule }) => rule)]).toEqual([1, ['saml/certificate-last']])
    const none = await json('remove', 'f'.repeat(64))
    expect([none.code, none.findings.map(({ rule }) => rule)]).toEqual([1, ['saml/certificate-unknown']])
    for (const odd of ['', 'f', 'oops', '../x', 'f'.repeat(65)])
      expect((await certs('remove', odd)).code).toBe(2)
  })

  it('distrusts for good what was compromised', async () => {
    await begin(a, b)
    expect((await certs('remove', a.sha256, '--compromised')).code).toBe(0)
    expect((await json('import', pem(a))).findings.map(({ rule }) => rule)).toEqual([
      'saml/certificate-distrusted',
    ])
    expect(await json('import', file('x.xml', metadata(a, b)))).toMatchObject({
      code: 0,
      audit: { added: [] },
    })
  })
})

describe('certs status and plan', () => {
  const at = (seconds: number, word: string, ...words: string[]) =>
    command('certs', word, ...words, '--set', set, '--at', formatDateTime(seconds))

  it('exit with 1 when anything is red', async () => {
    await begin(a, b)
    for (const word of ['status', 'plan']) {
      expect((await at(NOW, word)).code).toBe(0)
      expect((await at(a.notAfter, word)).code).toBe(0)
      expect((await at(a.notAfter + 1, word)).code).toBe(1)
    }
  })

  it('tell a person in colours, and a program in JSON', async () => {
    await begin(a, b)
    let out = ''
    const terminal = {
      out: (text: string) => void (out += text),
      err: () => undefined,
      style: colour,
      interactive: false,
    }
    await run(['certs', 'status', '--set', set, '--at', formatDateTime(a.notAfter - DAY)], terminal)
    expect(out).toContain('\u001b[33mYELLOW\u001b[0m')
    expect(out).toContain(`\u001b[33myellow\u001b[0m  ${a.sha256.slice(0, 16)}`)
    expect(out).toContain(`\u001b[32mgreen \u001b[0m  ${b.sha256.slice(0, 16)}`)
    const plain = await at(NOW, 'status')
    expect(plain.out).not.toContain('\u001b')
    expect(plain.out).toMatch(/^GREEN {2}inbound .*700 days left\n/)
    expect(await json('status')).toMatchObject({ status: { colour: 'green' } })
  })

  it('hold the set against what metadata offers', async () => {
    await begin(a)
    const plan = await json('plan', '--metadata', file('offer.xml', metadata(a, b)))
    expect(plan).toMatchObject({ code: 0, plan: { due: 'import' } })
    expect(plan.plan.findings.map(({ rule }) => rule)).toEqual(['saml/rotation-not-imported'])
    const { out } = await certs('plan', '--metadata', file('offer.xml', metadata(a, b)))
    expect(out).toMatch(/\n {2}DUE {6}import {6}Import /)
    expect((await certs('plan', '--metadata', file('bad.xml', '<a/>'))).code).toBe(2)
    expect((await certs('plan', '--unused-days', 'many')).code).toBe(2)
  })

  it('tell no line that a certificate forges', async () => {
    const name = 'idp\u001b[2J\nGREEN all is well'
    const odd = { pem: pemOf(certificateText({ key: keys[2], name, serial: 3 })) }
    await begin(odd)
    const { out } = await certs('status')
    expect(out).not.toContain('\u001b')
    expect(out.split('\n').filter((line) => line.startsWith('GREEN all'))).toEqual([])
  })

  it('ask for a set that is there', async () => {
    expect((await certs('status')).code).toBe(2)
    expect((await command('certs', 'status')).code).toBe(2)
    expect((await command('certs', 'status', '--set', '-')).code).toBe(2)
    expect((await command('certs', 'status', 'x', '--set', set)).code).toBe(2)
    expect((await command('certs', 'status', '--set', folder)).code).toBe(2)
    for (const odd of [[], ['oops'], ['toString'], ['status', '--wrong']])
      expect((await command('certs', ...odd)).code).toBe(2)
    expect((await command('certs', 'status', '--help')).code).toBe(0)
  })
})
