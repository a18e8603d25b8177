import type { Reporter, TestModule } from 'vitest/node'

/** Ends the output with one plain line of counts, for tools that read the last line of a run. */
export default class CountsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++
      // A file that did not load ran none of its tests: that is a failure, too.
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed++
    }
    process.on('exit', () => {
      process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`)
    })
  }
}
