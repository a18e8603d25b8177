#!/usr/bin/env node
import { run } from './run.js'
import { processTerminal } from './terminal.js'

/** sysexits.h EX_SOFTWARE: none of the codes that mean something. */
const EXIT_FAILURE = 70

// A reader that has seen enough (`| head`) ends the output, not the verdict.
let open = true
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    open = false
    if (error.code !== 'EPIPE') process.exit(EXIT_FAILURE)
  })
}

try {
  process.exitCode = await run(
    process.argv.slice(2),
    processTerminal(() => open),
  )
} catch (error) {
  // A defect of ours must look like neither verdict.
  process.stderr.write(`countersign failed: ${error instanceof Error ? error.name : typeof error}\n`)
  process.exitCode = EXIT_FAILURE
}
