import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'

/** Sums what ran: every jest test, and every step without tests of its own (types, build) as one. */
export class Tally {
  passed = 0
  failed = 0
  skipped = 0
  /** suite → { seconds of test files, tests } for the table at the end */
  suites = new Map()

  addStep({ name, ok, seconds }) {
    if (ok) this.passed++
    else this.failed++
    this.#note(name, seconds, 1)
  }

  /** @param file jest's --json output. Without it (jest died) the run is one failure. */
  addJest(file, step) {
    let report
    try {
      report = JSON.parse(readFileSync(file, 'utf8'))
    } catch {
      this.failed++
      return
    }
    const failedBefore = this.failed
    this.passed += report.numPassedTests
    this.failed += report.numFailedTests + report.numRuntimeErrorTestSuites
    this.skipped += report.numPendingTests + report.numTodoTests
    for (const { name, startTime, endTime, assertionResults } of report.testResults) {
      const suite = relative(process.cwd(), name).split(sep)[1]
      this.#note(suite, Math.max(0, endTime - startTime) / 1000, assertionResults.length)
    }
    // All tests green and jest still red (a leak, a setup that failed): must not pass.
    if (!step.ok && this.failed === failedBefore) this.failed++
  }

  #note(suite, seconds, tests) {
    const sum = this.suites.get(suite) ?? { seconds: 0, tests: 0 }
    this.suites.set(suite, { seconds: sum.seconds + seconds, tests: sum.tests + tests })
  }

  /** The last line is read by machines: keep its shape. */
  print(totalSeconds) {
    console.log('\nsuite           tests   seconds of work (two at a time)')
    for (const [suite, { seconds, tests }] of this.suites) {
      console.log(`${suite.padEnd(14)} ${String(tests).padStart(6)} ${seconds.toFixed(1).padStart(9)}`)
    }
    console.log(`${'total'.padEnd(21)} ${String(totalSeconds).padStart(9)} by the clock\n`)
    console.log(`${this.passed} passed, ${this.failed} failed${this.skipped ? `, ${this.skipped} skipped` : ''}`)
  }
}
