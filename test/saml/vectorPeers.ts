import { createHash, createPublicKey, verify, type KeyLike } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignedXml, type HashAlgorithm, type SignatureAlgorithm } from 'xml-crypto'
import { run } from '../support/peers.js'
import type { Vector } from '../vectors/generate.js'
import { documentOf, type ResponseInput } from './runVector.js'

const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const SAML = 'urn:oasis:names:tc:SAML:2.0'

/** One Signature of a message, and one key that is tried on it. */
export interface Trial {
  readonly vector: string
  readonly xml: string
  /** Of the Signatures in document order. */
  readonly place: number
  readonly certificate: string
}

/** More than any message that we accept has. */
const MAX_SIGNATURES = 4

/** The XML of a vector's message, out of its base64 where it is posted so. */
export function xmlOf({ input }: Pick<Vector, 'input'>): string {
  const message = documentOf((input as unknown as ResponseInput).message)
  const text = typeof message === 'string' ? message : Buffer.from(message).toString()
  return text.trimStart().startsWith('<') ? text : Buffer.from(text, 'base64').toString()
}

/** Each Signature of a vector's message with each trusted certificate, Signature by Signature. */
export function trialsOf(vector: Vector): readonly (readonly Trial[])[] {
  const xml = xmlOf(vector)
  const { certificates } = (vector.input as unknown as ResponseInput).expectation.idp
  const count = Math.min(signaturesIn(xml).length, MAX_SIGNATURES)
  return Array.from({ length: count }, (_, place) =>
    certificates.map((certificate) => ({
      vector: vector.id,
      xml,
      place,
      certificate: typeof certificate === 'string' ? certificate : certificate.pem,
    })),
  )
}

interface Xmldom {
  readonly DOMParser: new (options: { errorHandler: () => void }) => {
    parseFromString(text: string, type: string): Document
  }
}

// The copy that xml-crypto reads documents with.
const require = createRequire(import.meta.url)
const { DOMParser } = createRequire(require.resolve('xml-crypto'))('@xmldom/xmldom') as Xmldom

function signaturesIn(xml: string): readonly Element[] {
  const document = new DOMParser({ errorHandler: () => undefined }).parseFromString(xml, 'text/xml')
  return Array.from(document.getElementsByTagNameNS(DSIG, 'Signature'))
}

const MORE = 'http://www.w3.org/2001/04/xmldsig-more#'

// xml-crypto knows no SHA-384, and lets its users add what it lacks.
class Sha384 implements HashAlgorithm {
  getAlgorithmName = () => `${MORE}sha384`
  getHash = (canonical: string) => createHash('sha384').update(canonical).digest('base64')
}

class RsaSha384 implements SignatureAlgorithm {
  getAlgorithmName = () => `${MORE}rsa-sha384`
  getSignature = (): string => {
    throw new Error('Nothing is signed here.')
  }
  verifySignature = (material: string, key: KeyLike, signature: string) =>
    verify('RSA-SHA384', Buffer.from(material), key, Buffer.from(signature, 'base64'))
}

/** Whether xml-crypto finds the Signature good; whatever it throws says that it does not. */
export function xmlCryptoVerifies({ xml, place, certificate }: Trial): boolean {
  const signature = signaturesIn(xml)[place]
  if (!signature) return false
  // Not by the key that the message brings along.
  const signed = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null })
  signed.HashAlgorithms[`${MORE}sha384`] = Sha384
  signed.SignatureAlgorithms[`${MORE}rsa-sha384`] = RsaSha384
  try {
    signed.loadSignature(signature)
    return signed.checkSignature(xml)
  } catch {
    return false
  }
}

/** Whether xmlsec1 finds each Signature good. Many files are one run; a run ends with the first file that is refused. */
export async function xmlsecVerifies(trials: readonly Trial[]): Promise<ReadonlyMap<Trial, boolean>> {
  const folder = mkdtempSync(join(tmpdir(), 'xmlsec-'))
  try {
    const files = new Map(trials.map((trial, index) => [trial, join(folder, `${index}.xml`)] as const))
    for (const [trial, file] of files) writeFileSync(file, trial.xml)
    const answers = new Map<Trial, boolean>()
    const runs = [...grouped(trials, ({ place, certificate }) => `${place} ${certificate}`)].flatMap(
      ([, group], index) => {
        const [{ place, certificate }] = group as [Trial]
        const key = join(folder, `${index}.pem`)
        writeFileSync(key, createPublicKey(certificate).export({ type: 'spki', format: 'pem' }))
        const options = optionsFor(place, key)
        return chunks(group, 100).map((chunk) => verifyAll(options, chunk, files, answers))
      },
    )
    await Promise.all(runs)
    return answers
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function verifyAll(
  options: readonly string[],
  trials: readonly Trial[],
  files: ReadonlyMap<Trial, string>,
  answers: Map<Trial, boolean>,
): Promise<void> {
  let left = trials
  while (left.length > 0) {
    const { status, stderr, stdout } = await run('xmlsec1', [
      ...options,
      ...left.map((trial) => files.get(trial) ?? ''),
    ])
    const good = `${stdout}\n${stderr}`.match(/^OK$/gm)?.length ?? 0
    if (status < 0 || (status === 0) !== (good === left.length)) throw new Error(`xmlsec1 said: ${stderr}`)
    const told = left.slice(0, good + 1)
    told.forEach((trial, index) => answers.set(trial, index < good))
    left = left.slice(told.length)
  }
}

function optionsFor(place: number, key: string): readonly string[] {
  const signature = `(//*[local-name()='Signature' and namespace-uri()='${DSIG}'])[${place + 1}]`
  return [
    '--verify',
    ...['--pubkey-pem', key],
    // Not by the key that the message brings along.
    ...['--enabled-key-data', 'key-name'],
    ...['--id-attr:ID', `${SAML}:assertion:Assertion`],
    ...['--id-attr:ID', `${SAML}:protocol:Response`],
    ...['--node-xpath', signature],
  ]
}

function grouped<T>(list: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) {
    const name = nameOf(item)
    groups.set(name, [...(groups.get(name) ?? []), item])
  }
  return groups
}

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, one) =>
    list.slice(one * size, (one + 1) * size),
  )
}
