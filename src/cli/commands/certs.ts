import { printable } from '../../core/shown.js'
import { generateSigningKeyPair, randomSerialNumber } from '../../flows/index.js'
import {
  activateCertificate,
  generateCertificate,
  importCertificate,
  inboundSet,
  outboundSet,
  refreshCertificates,
  removeCertificate,
  rotationPlan,
  type CertificateChange,
  type CertificateSet,
  type InboundSet,
  type OutboundSet,
} from '../../saml/index.js'
import { changeAnswer, planAnswer, statusAnswer, type CertsAnswer } from '../certs/answer.js'
import { withLock } from '../certs/lock.js'
import { readSetFile, removeFile, replaceFile, writeKeyFile } from '../certs/setFile.js'
import { count, digestIn, existing, read, readMetadata, there } from '../certs/words.js'
import { readBytes } from '../files.js'
import { Misuse } from '../misuse.js'
import { oneOf, text } from '../options.js'

const common = { set: 'string', at: 'string', format: 'string' } as const
const metadataOptions = { profile: 'string', certificate: 'string' } as const

const commands: Readonly<Record<string, (words: readonly string[]) => Promise<CertsAnswer>>> = {
  status,
  plan,
  import: importFile,
  remove,
  activate,
  generate,
}

/** `certs COMMAND --set FILE`: a certificate set in a file, which is replaced as a whole or not at all. */
export async function certs(words: readonly string[]): Promise<CertsAnswer> {
  const [command, ...rest] = words
  const run = command !== undefined && Object.hasOwn(commands, command) ? commands[command] : undefined
  if (!run) throw new Misuse(`certs takes ${Object.keys(commands).join(', ')}. See countersign --help.`)
  return run(rest)
}

async function status(words: readonly string[]): Promise<CertsAnswer> {
  const { name, now } = read(words, common)
  return statusAnswer(name, await existing(name, now), now)
}

async function plan(words: readonly string[]): Promise<CertsAnswer> {
  const options = { ...common, ...metadataOptions, metadata: 'string', 'unused-days': 'string', 'one-at-a-time': 'boolean', distributed: 'boolean' } as const // prettier-ignore
  const { values, name, now } = read(words, options)
  const file = text(values, 'metadata')
  const unusedDays = count(values, 'unused-days', 36_500)
  const set = await existing(name, now)
  if (file !== undefined && set.direction === 'outbound')
    throw new Misuse('--metadata is that of a party that we trust, and this set holds our own certificates.')
  const entityID = set.direction === 'inbound' ? set.entityID : undefined
  const offered = file === undefined ? undefined : await readMetadata(file, await readBytes(file), values, now, entityID) // prettier-ignore
  const [oneAtATime, distributed] = [values['one-at-a-time'] === true, values['distributed'] === true]
  return planAnswer(name, set, rotationPlan(set, { now, offered, unusedDays, oneAtATime, distributed }), now)
}

/** A certificate in PEM, or metadata: told apart by what they are. */
async function importFile(words: readonly string[]): Promise<CertsAnswer> {
  const options = { ...common, ...metadataOptions, 'entity-id': 'string', party: 'string', force: 'boolean', keep: 'boolean' } as const // prettier-ignore
  const { values, name, now, argument: file } = read(words, options, 'FILE')
  const entityID = text(values, 'entity-id')
  const party = oneOf(values, 'party', ['idp', 'sp'])
  const bytes = await readBytes(file)
  const isMetadata = /^(?:\u00ef\u00bb\u00bf)?\s*</.test(
    Buffer.from(bytes.subarray(0, 512)).toString('latin1'),
  )
  const [force, keep] = [values['force'] === true, values['keep'] === true]
  if (!isMetadata && (force || keep)) throw new Misuse('--force and --keep are about metadata.')
  return change<InboundSet>(name, now, async (found) => {
    if (found && entityID !== undefined && (found.direction !== 'inbound' || found.entityID !== entityID))
      throw new Misuse(`${printable(name)}: is the set of another party than --entity-id says.`)
    if (found && party !== undefined && (found.direction !== 'inbound' || found.party !== party))
      throw new Misuse(`${printable(name)}: is the set of another kind of party than --party says.`)
    // What kind of set it is, is for the rules to say.
    const given = found as InboundSet | undefined
    if (!isMetadata) {
      if (!given && entityID === undefined)
        throw new Misuse(`${printable(name)}: is not there. To begin a set, say whose with --entity-id.`)
      return importCertificate(
        given ?? inboundSet({ entityID: entityID ?? '', party: party ?? 'idp' }),
        bytes,
        { now },
      )
    }
    const metadata = await readMetadata(file, bytes, values, now, found?.direction === 'inbound' ? found.entityID : entityID) // prettier-ignore
    const set = given ?? inboundSet({ entityID: metadata.entityID, party: party ?? 'idp' })
    return refreshCertificates(set, metadata, { now, force, keep })
  })
}

async function remove(words: readonly string[]): Promise<CertsAnswer> {
  const { values, name, now, argument } = read(words, { ...common, compromised: 'boolean' }, 'SHA256')
  const compromised = values['compromised'] === true
  return change(name, now, async (found) => {
    const set = there(name, found)
    return removeCertificate(set, digestIn(set, argument), { now, compromised })
  })
}

async function activate(words: readonly string[]): Promise<CertsAnswer> {
  const { name, now, argument } = read(words, common, 'SHA256')
  return change<OutboundSet>(name, now, async (found) => {
    const set = there(name, found)
    return activateCertificate(set as OutboundSet, digestIn(set, argument), { now })
  })
}

const ALGORITHMS = ['sha256', 'sha384', 'sha512', 'sha1'] as const
const SIZES = ['2048', '3072', '4096', '1024'] as const

/**
 * The private key goes into a file of its own, before the set names its certificate: after a crash in between there is a
 * key that nothing needs, and never a certificate whose key is lost.
 */
async function generate(words: readonly string[]): Promise<CertsAnswer> {
  const options = { ...common, application: 'string', key: 'string', months: 'string', bits: 'string', algorithm: 'string', name: 'string', legacy: 'boolean' } as const // prettier-ignore
  const { values, name, now } = read(words, options)
  const application = text(values, 'application')
  const validityMonths = count(values, 'months', 1_200)
  const bits = oneOf(values, 'bits', SIZES) ?? '2048'
  const algorithm = `rsa-${oneOf(values, 'algorithm', ALGORITHMS) ?? 'sha256'}` as const
  const commonName = text(values, 'name')
  const file = text(values, 'key')
  if (file === '-') throw new Misuse('--key is a file, not standard output.')
  // Before the lock: a large key takes its time.
  const keyPair = await generateSigningKeyPair({ modulusLength: Number(bits) as 2048 })
  return change<OutboundSet>(
    name,
    now,
    (found) => {
      if (!found && application === undefined)
        throw new Misuse(`${printable(name)}: is not there. To begin a set, say for what with --application.`)
      if (found?.direction === 'outbound' && application !== undefined && found.application !== application)
        throw new Misuse(`${printable(name)}: is the set of another application than --application says.`)
      const set = (found as OutboundSet | undefined) ?? outboundSet({ application: application ?? '' })
      const legacy = values['legacy'] === true
      const serialNumber = randomSerialNumber()
      return generateCertificate({
        set,
        keyPair,
        serialNumber,
        now,
        validityMonths,
        commonName,
        algorithm,
        legacy,
      })
    },
    async ({ certificate }, path) => {
      const key = file ?? `${path}.${certificate?.sha256.slice(0, 16) ?? ''}.key.pem`
      await writeKeyFile(key, keyPair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, path)
      return key
    },
  )
}

/** Reads, changes and replaces the set while no other command does; what is refused leaves the file as it is. */
async function change<S extends CertificateSet>(
  name: string,
  now: number,
  work: (found: CertificateSet | undefined) => Promise<CertificateChange<S>>,
  keyFile?: (made: CertificateChange<S>, path: string) => Promise<string>,
): Promise<CertsAnswer> {
  return withLock(name, async (path) => {
    const made = await work(await readSetFile(path, now))
    if (made.audit.outcome !== 'done') return changeAnswer(name, made, now)
    const key = await keyFile?.(made, path)
    try {
      await replaceFile(path, `${JSON.stringify(made.set, null, 2)}\n`)
    } catch (error) {
      // Nothing needs the key of a certificate that is in no set.
      if (key !== undefined) await removeFile(key)
      throw error
    }
    return changeAnswer(name, made, now, key === undefined ? {} : { key })
  })
}
