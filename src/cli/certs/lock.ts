import { open } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatDateTime } from '../../core/codec.js'
import { printable } from '../../core/shown.js'
import { Misuse } from '../misuse.js'
import { codeOf, followed, removeFile, unwritable, writeNew } from './setFile.js'

const LOCK_WAIT_MS = 5_000
const LOCK_POLL_MS = 25
/** Longer is no lock of ours. */
const MAX_LOCK_BYTES = 512

/**
 * Lets one command at a time change a file: others wait for it, and give up after five seconds. The lock is a file
 * beside it, made exclusively; a command that is killed at the wrong moment leaves it, and the next one tells whose it
 * is, how old, and how to remove it. None removes the lock of another: two that did so at once would both go on.
 */
export async function withLock<T>(name: string, work: (path: string) => Promise<T>): Promise<T> {
  const path = await followed(name)
  const lock = `${path}.lock`
  const until = performance.now() + LOCK_WAIT_MS
  for (;;) {
    try {
      await writeNew(lock, `${process.pid} ${hostname()}\n`, 0o600)
      break
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw unwritable(name, error)
      if (performance.now() > until) throw new Misuse(`${printable(name)}: ${await heldBy(lock)}`)
      await sleep(LOCK_POLL_MS)
    }
  }
  try {
    return await work(path)
  } finally {
    // Whoever removed it by hand has nothing to be told.
    await removeFile(lock)
  }
}

/** Who holds a lock, since when, and what a person does about one that nobody holds any more. */
async function heldBy(lock: string): Promise<string> {
  const { text, at } = await contentOf(lock)
  const [, pid, host] = /^(\d{1,10})(?: ([!-~]{1,255}))?\n$/.exec(text) ?? []
  const since = at === undefined ? '' : ` since ${formatDateTime(at)} (${age(Date.now() / 1000 - at)})`
  const here = host === undefined || host === hostname()
  const holder =
    pid === undefined ? 'another command' : `process ${pid}${here ? '' : ` on ${printable(host)}`}`
  const gone = pid !== undefined && here && !runs(Number(pid))
  const remove = `rm -- '${printable(lock).replaceAll("'", "'\\''")}'`
  return gone
    ? `${holder} locked it${since} and runs no more: it was killed. Remove what it left with: ${remove}`
    : `${holder} is changing it${since}. If no command is, remove the lock with: ${remove}`
}

async function contentOf(lock: string): Promise<{ readonly text: string; readonly at: number | undefined }> {
  try {
    const file = await open(lock, 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(MAX_LOCK_BYTES), 0, MAX_LOCK_BYTES, 0)
      const { mtimeMs } = await file.stat()
      return { text: buffer.toString('latin1', 0, bytesRead), at: Math.floor(mtimeMs / 1000) }
    } finally {
      await file.close()
    }
  } catch {
    // It went away meanwhile, or is somebody else's.
    return { text: '', at: undefined }
  }
}

/** Whether there is a process of this number; one that may not be asked is there. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

function age(seconds: number): string {
  const [whole, unit] =
    seconds < 120
      ? [seconds, 'seconds']
      : seconds < 7_200
        ? [seconds / 60, 'minutes']
        : seconds < 172_800
          ? [seconds / 3_600, 'hours']
          : [seconds / 86_400, 'days']
  return `${Math.max(0, Math.floor(whole))} ${unit} ago`
}
