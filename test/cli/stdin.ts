import { run } from '../../src/cli/run.js'
import { processTerminal } from '../../src/cli/terminal.js'

/** `check response -` with the options that this process was given, for a test with a standard input of its own. */
process.exitCode = await run(['check', 'response', '-', ...process.argv.slice(3)], processTerminal())
