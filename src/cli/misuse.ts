import type { Finding } from '../core/outcome.js'

/** What ends a command with exit code 2: wrong words, or files that cannot be worked with. */
export class Misuse extends Error {
  readonly findings: readonly Finding[]
  constructor(message: string, findings: readonly Finding[] = []) {
    super(message)
    this.findings = findings
  }
}
