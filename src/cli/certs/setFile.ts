import { randomBytes } from 'node:crypto'
import { chmod, chown, lstat, open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { printable } from '../../core/shown.js'
import { parseCertificateSet, type CertificateSet } from '../../saml/index.js'
import { Misuse } from '../misuse.js'

const MAX_SET_BYTES = 1_048_576

/** The set in a file; undefined where there is no such file. What is there and is no set is told. */
export async function readSetFile(name: string, now: number): Promise<CertificateSet | undefined> {
  let bytes: Uint8Array
  try {
    const status = await stat(name)
    // Neither what never ends nor what never begins: a device, a pipe.
    if (!status.isFile()) throw new Misuse(`${printable(name)}: is no regular file.`)
    if (status.size > MAX_SET_BYTES)
      throw new Misuse(`${printable(name)}: is larger than any certificate set.`)
    bytes = await readFile(name)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error instanceof Misuse
      ? error
      : new Misuse(`${printable(name)}: cannot be read (${codeOf(error)}).`)
  }
  const read = parseCertificateSet(bytes, { now })
  if (!read.ok) throw new Misuse(`${printable(name)}: is no certificate set.`, read.findings)
  return read.value
}

/** Replaces a file as a whole: whoever reads it sees the old text or the new, also after a crash. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const present = await stat(path).catch(() => undefined)
    await writeNew(temporary, text, 0o666)
    if (present) {
      // Whose it is, as far as the system lets one say so.
      await chown(temporary, present.uid, present.gid).catch(() => undefined)
      await chmod(temporary, present.mode & 0o777)
    }
    await rename(temporary, path)
  } catch (error) {
    await removeFile(temporary)
    throw unwritable(path, error)
  }
  await syncFolder(path)
}

/**
 * A file for a private key: only its owner reads it, and what is there is never written over. Nor may the set, which is
 * written next, take its place.
 */
export async function writeKeyFile(path: string, pem: string, set: string): Promise<void> {
  try {
    await writeNew(path, pem, 0o600)
    if (await areSameFile(path, set)) {
      await removeFile(path)
      throw new Misuse(`${printable(path)}: is the file of the set. A key goes into a file of its own.`)
    }
  } catch (error) {
    if (codeOf(error) === 'EEXIST')
      throw new Misuse(
        `${printable(path)}: is there already, and a key is never written over. Name another file.`,
      )
    throw unwritable(path, error)
  }
  await syncFolder(path)
}

/** However each is called: by a link, or in other letters where a file system takes those for the same. */
async function areSameFile(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([path, other].map((name) => stat(name).catch(() => undefined)))
  return one !== undefined && two !== undefined && one.dev === two.dev && one.ino === two.ino
}

/** Away with a file, if it is there. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch(() => undefined)
}

/** Made exclusively, and on the disk when this returns; what could not be written is gone. */
export async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } catch (error) {
    await removeFile(path)
    throw error
  } finally {
    await file.close()
  }
}

/** That a name is in its folder is on the disk, too, where the system lets one ask for it. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(dirname(path), 'r')
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  } catch {
    // Not everywhere can a folder be opened or synced; the file itself is.
  }
}

/** The file behind a symbolic link: to rename over the link would replace that instead. */
export async function followed(name: string): Promise<string> {
  try {
    return await realpath(name)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unwritable(name, error)
    // What is there now and is no link has been made meanwhile, by another command.
    const found = await lstat(name).catch(() => undefined)
    if (found?.isSymbolicLink())
      throw new Misuse(`${printable(name)}: is a link to a file that is not there.`)
    return name
  }
}

export function unwritable(name: string, error: unknown): Misuse {
  return error instanceof Misuse
    ? error
    : new Misuse(`${printable(name)}: cannot be written (${codeOf(error)}).`)
}

export function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'unknown reason'
}
