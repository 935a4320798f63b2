import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureChromium, INSTALL_COMMAND } from './testing/chromium.mjs'
import { ensureDirectories, INSTALL_COMMAND as INSTALL_DIRECTORIES } from './testing/directories.mjs'
import { runStep, secondsSince } from './testing/step.mjs'
import { Tally } from './testing/tally.mjs'
import { bringTogether } from './testing/together.mjs'

/**
 * `npm test`: prepares what a fresh machine lacks, then types, build and every suite, arranged so that two cores are
 * busy. Ends with "N passed, N failed" and an exit code that says the same. Options after `--` go to jest
 * (`npm test -- --selectProjects unit` is one suite without types and build; see test/README.md for the short way).
 */
const started = performance.now()
process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'))
const inCi = /^(1|true)$/i.test(process.env.CI ?? '')
const artifacts = 'test/.artifacts'
const tally = new Tally()
let jestRuns = 0

async function jest(name, args, options = {}) {
  const report = join(artifacts, `jest-${++jestRuns}.json`)
  rmSync(report, { force: true })
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js']
  const reporting = ['--json', `--outputFile=${report}`, ...(inCi ? ['--ci'] : [])]
  const step = await runStep(name, process.execPath, [...node, ...reporting, ...args], { ...options, report })
  tally.addJest(report, step)
}

async function step(...args) {
  tally.addStep(await runStep(...args))
}

/** npm ci takes half a minute: only when the lock file is not the one that was installed last. */
async function installPackages() {
  const stamp = 'node_modules/.latchkey-test-lock'
  const npmsOwnNote = 'node_modules/.package-lock.json'
  const hash = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex')
  // Somebody ran npm by hand: its note is younger than the lock file it followed.
  const byHand = () => existsSync(npmsOwnNote) && statSync(npmsOwnNote).mtimeMs >= statSync('package-lock.json').mtimeMs
  if (existsSync(stamp) ? readFileSync(stamp, 'utf8') === hash : byHand()) {
    writeFileSync(stamp, hash)
    return
  }
  const installed = await runStep('npm ci', 'npm', ['ci', '--no-fund', '--no-audit'])
  if (!installed.ok) throw new Error('the packages could not be installed')
  writeFileSync(stamp, hash)
}

async function checkTypes() {
  const tsc = ['node_modules/typescript/bin/tsc', '--noEmit', '-p']
  await step('types', process.execPath, [...tsc, 'tsconfig.json'], { quiet: true })
  await step('types of web', process.execPath, [...tsc, 'web/tsconfig.json'], { quiet: true })
}

async function build() {
  await step('build', process.execPath, ['scripts/build.mjs'], { quiet: true })
}

/** What needs neither database nor build: it keeps the second core busy while the first checks types. */
const LIGHT = ['architecture', 'unit']
const HEAVY = ['medium', 'api', 'migrations', 'browser', 'directories', 'kill']
const TOGETHER = ['unit', 'medium', 'api', 'directories']

async function everything() {
  console.log('types on one core; build, architecture and unit suites on the other …')
  // one after the other: both may want to install packages
  const browser = ensureChromium({ inCi })
  const directories = browser.then(() => ensureDirectories({ inCi }))
  bringTogether(TOGETHER)
  process.env.LATCHKEY_TEST_TOGETHER = TOGETHER.join(' ')
  const lane = async () => {
    await build()
    await jest('light suites', ['--passWithNoTests', '--maxWorkers=1', '--selectProjects', ...LIGHT])
  }
  await Promise.all([checkTypes(), lane()])
  const chromium = await browser
  const servers = await directories
  const isThere = { browser: chromium, directories: servers }
  const suites = HEAVY.filter((suite) => !(suite in isThere) || isThere[suite] || inCi)
  if (!suites.includes('browser')) {
    tally.skipped++
    console.log(`\nSKIPPED: the browser suite. It needs a Chromium, which you can install with\n\n    ${INSTALL_COMMAND}\n`)
  }
  if (!suites.includes('directories')) {
    tally.skipped++
    console.log(`\nSKIPPED: the directories suite. It needs directory servers, which you can install with\n\n    ${INSTALL_DIRECTORIES}\n`)
  }
  const env = chromium ? { CHROMIUM_PATH: chromium } : {}
  await jest('heavy suites', ['--passWithNoTests', '--selectProjects', ...suites], { env, limitSeconds: 2_400 })
  if (inCi && tally.skipped) {
    console.log(`in CI nothing may be skipped, and ${tally.skipped} were`)
    tally.failed++
  }
}

mkdirSync(artifacts, { recursive: true })
try {
  await installPackages()
  const chosen = process.argv.slice(2)
  await (chosen.length ? jest('chosen tests', chosen) : everything())
} catch (error) {
  console.error(error)
  tally.failed++
}
tally.print(secondsSince(started))
process.exitCode = tally.failed || !tally.passed ? 1 : 0
