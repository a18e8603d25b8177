import { printable } from '../../core/shown.js'
import {
  parseCertificate,
  parseMetadata,
  type CertificateSet,
  type EntityMetadata,
} from '../../saml/index.js'
import { readBytes } from '../files.js'
import { Misuse } from '../misuse.js'
import {
  formatOf,
  instantOf,
  profileOf,
  readOptions,
  required,
  text,
  textOrJson,
  type Values,
} from '../options.js'
import { readSetFile } from './setFile.js'

/** What a command was told. */
export interface Words {
  readonly values: Values
  readonly name: string
  readonly now: number
  /** Empty where the command takes none. */
  readonly argument: string
}

/** The words of one command: its options, the file of the set, the instant, and the one argument where it takes one. */
export function read(
  words: readonly string[],
  options: Readonly<Record<string, 'string' | 'boolean'>>,
  takes?: string,
): Words {
  const { values, positionals } = readOptions(words, options)
  const [argument = '', ...others] = positionals
  if (takes === undefined ? positionals.length > 0 : positionals.length !== 1 || argument === '')
    throw new Misuse(
      takes === undefined ? `What is ${printable(others[0] ?? argument)}?` : `It takes one ${takes}.`,
    )
  formatOf(values, textOrJson)
  const name = required(values, 'set')
  if (name === '-') throw new Misuse('--set is a file, not standard input.')
  return { values, name, now: instantOf(values), argument }
}

/** The set of a file that must be there. */
export async function existing(name: string, now: number): Promise<CertificateSet> {
  return there(name, await readSetFile(name, now))
}

/** The set, where there is one. */
export function there(name: string, set: CertificateSet | undefined): CertificateSet {
  if (!set) throw new Misuse(`${printable(name)}: there is no such file.`)
  return set
}

/** The digest that begins so; what begins none, or several, is left to the rules as it is. */
export function digestIn({ certificates }: CertificateSet, begin: string): string {
  const wanted = begin.toLowerCase().replaceAll(':', '')
  if (!/^[0-9a-f]{8,64}$/.test(wanted))
    throw new Misuse(
      'SHA256 is the digest of a certificate, or at least the first 8 hexadecimal digits of it.',
    )
  const found = certificates.filter(({ sha256 }) => sha256.startsWith(wanted))
  if (found.length > 1)
    throw new Misuse('Several certificates have a digest that begins so: give more of it.')
  return found[0]?.sha256 ?? wanted
}

/** An option that is a whole number, from 0 to the most that makes sense. */
export function count(values: Values, name: string, most: number): number | undefined {
  const value = text(values, name)
  if (value === undefined) return undefined
  if (!/^\d{1,5}$/.test(value) || Number(value) > most)
    throw new Misuse(`--${name} is a number, at most ${most}.`)
  return Number(value)
}

/** Metadata that `parseMetadata` accepts; with `--certificate`, signed with the key of that certificate. */
export async function readMetadata(
  file: string,
  bytes: Uint8Array,
  values: Values,
  now: number,
  entityID: string | undefined,
): Promise<EntityMetadata> {
  const signer = text(values, 'certificate')
  const certificate = signer === undefined ? undefined : parseCertificate(await readBytes(signer))
  if (certificate?.ok === false)
    throw new Misuse(`${printable(signer ?? '')}: is not one certificate in PEM.`, certificate.findings)
  const certificates = certificate && [certificate.value]
  const metadata = parseMetadata(bytes, { now, entityID, certificates, profile: profileOf(values) })
  if (metadata.ok) return metadata.value
  throw new Misuse(`${printable(file)}: is metadata that is refused.`, metadata.findings)
}
