import { execFile } from 'node:child_process'
import { it, type TestContext } from 'vitest'

/** What a command made of its arguments. */
export interface Ran {
  /** -1: there is no such command, or it was ended. */
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command without a shell, and without blocking: what it talks to may be served by this process. */
export function run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { timeout: 45_000, maxBuffer: 4_194_304, ...(env ? { env } : {}) }
    execFile(command, args, options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ status, stdout, stderr })
    })
  })
}

/** A program made by others that tests run for real. */
export interface Peer {
  readonly name: string
  /** The Debian package to install. */
  readonly debianPackage: string
}

/**
 * `it` where the peer answers its probe. Where it does not, each test is skipped with a message that names what to
 * install; with COUNTERSIGN_REQUIRE_PEERS=1, as in CI, it fails instead.
 */
export async function peer(
  { name, debianPackage }: Peer,
  probe: () => Promise<Ran>,
): Promise<(title: string, test: (context: TestContext) => Promise<void>) => void> {
  const { status } = await probe()
  if (status === 0) return it
  const message = `${name} does not run here: apt-get install ${debianPackage}`
  return (title) =>
    it(title, ({ skip }) => {
      if (process.env['COUNTERSIGN_REQUIRE_PEERS'] === '1') throw new Error(message)
      skip(message)
    })
}
