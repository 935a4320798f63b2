// Takes the pictures of the README from a running demo: node scripts/take-pictures.mjs (build first; needs a Chromium).
// Starts a demo of its own in a temporary directory, walks through it as a newcomer would and writes docs/pictures/*.png:
// phones at 390 px (the README shows them at half of that), wide.png at 1280 px. Fails when a picture is too big for a README.
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { root } from './source-hash.mjs'
import { findChromium, INSTALL_COMMAND } from './testing/chromium.mjs'

const folder = join(root, 'docs', 'pictures')
const MOST_BYTES = 80 * 1024
const READY_WITHIN_MS = 60_000
const PHONE = { viewport: { width: 390, height: 844 } }
const WIDE = { viewport: { width: 1280, height: 800 } }
const GOOD = 'Majakka lautta 7 puolukka'
const used = new Set()

const executablePath = findChromium()
if (!executablePath) throw new Error(`no Chromium: ${INSTALL_COMMAND}`)
const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-pictures-'))
const demo = await startDemo()
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--font-render-hinting=none'] })
try {
  await mkdir(folder, { recursive: true })
  await reset()
  await partly()
  await failed()
  await finnish()
  await wide()
} finally {
  await browser.close()
  demo.process.kill('SIGTERM')
  await new Promise((resolve) => demo.process.once('exit', resolve))
  await rm(dataDir, { recursive: true, force: true })
}

async function startDemo() {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', LATCHKEY_MODE: 'demo', LATCHKEY_DATA_DIR: dataDir }
  const child = spawn(process.execPath, [join(root, 'dist/src/main.js'), 'all'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  for (let waited = 0; waited < READY_WITHIN_MS && child.exitCode === null; waited += 50) {
    const origin = /ready after [\d.]+ s:\s+(http:\/\/\S+)/.exec(said)?.[1]
    if (origin && (await fetch(`${origin}/health/ready`)).ok) return { process: child, origin }
    await pause(50)
  }
  child.kill('SIGKILL')
  throw new Error(`the demo did not start:\n${said}`)
}

async function reset() {
  const page = await open(PHONE)
  await page.goto(demo.origin)
  await take(page, 'start')
  await start(page, 'aino.korhonen')
  await sendCode(page)
  await page.locator('#code').pressSequentially('4071')
  await take(page, 'code')
  await answer(page, 'aino.korhonen@posti.example')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await page.locator('#new').fill(GOOD)
  await page.locator('.strength[data-score="3"], .strength[data-score="4"]').waitFor()
  await take(page, 'password')
  await choose(page, GOOD)
  await page.getByRole('heading', { name: 'Your password is changed' }).waitFor()
  await take(page, 'outcome')
  await page.context().close()
}

/** The archive has had this password just before and refuses it, the other directory takes it. */
async function partly() {
  const page = await open(PHONE)
  for (const accounts of ['archive only', 'both']) {
    await start(page, 'maria.hamalainen')
    await sendCode(page)
    await answer(page, 'maria.h@posti.example')
    if (accounts === 'archive only') await page.getByRole('checkbox', { name: /Windows and email/ }).uncheck()
    await page.getByRole('button', { name: 'Continue' }).click()
    await choose(page, GOOD)
    await page.locator('.verdict').waitFor()
  }
  await page.getByRole('heading', { name: 'One password changed, one did not' }).waitFor()
  await take(page, 'partly')
  await page.context().close()
}

async function failed() {
  const page = await open(PHONE)
  await start(page, 'ville.hakala')
  await sendCode(page)
  await answer(page, 'ville.hakala@posti.example')
  await choose(page, GOOD)
  await page.getByRole('heading', { name: 'Your password was not changed' }).waitFor()
  await take(page, 'failed')
  await page.context().close()
}

async function finnish() {
  const page = await open({ ...PHONE, locale: 'fi-FI', colorScheme: 'dark' })
  await start(page, 'elina.saarinen')
  await sendCode(page)
  await answer(page, 'elina@saarinen.example')
  await page.getByRole('button', { name: 'Jatka' }).click()
  await page.getByRole('button', { name: 'Näytä', exact: true }).click()
  await page.locator('#new').fill(GOOD)
  await page.locator('.strength[data-score="3"], .strength[data-score="4"]').waitFor()
  await take(page, 'dark-finnish')
  await page.context().close()
}

async function wide() {
  const page = await open(WIDE)
  await start(page, 'jussi.hirvonen')
  await sendCode(page)
  await answer(page, 'jussi@hirvonen.example')
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.locator('#new').fill(GOOD)
  await page.locator('.strength[data-score="3"], .strength[data-score="4"]').waitFor()
  await take(page, 'wide')
  await page.context().close()
}

async function open(options) {
  const locale = { locale: 'en-GB', timezoneId: 'Europe/Helsinki', reducedMotion: 'reduce' }
  return (await browser.newContext({ ...locale, ...options })).newPage()
}

async function start(page, login) {
  await page.goto(demo.origin)
  await page.locator('#identifier').fill(login)
  await page.locator('#identifier').press('Enter')
  await page.locator('.choices').waitFor()
}

async function sendCode(page) {
  await page.locator('form button[type=submit]').click()
  await page.locator('#code').waitFor()
}

/** Types the newest code that came to this address and goes on. */
async function answer(page, address) {
  for (;; await pause(50)) {
    const { messages } = await (await fetch(`${demo.origin}/api/v1/demo/inbox`)).json()
    const mail = messages.find(({ to }) => to === address)
    const code = /\b\d{8}\b/.exec(mail?.text ?? '')?.[0]
    if (!code || used.has(code)) continue
    used.add(code)
    await page.locator('#code').fill(code)
    await page.locator('#code').press('Enter')
    return page.locator('#code').waitFor({ state: 'detached' })
  }
}

async function choose(page, password) {
  await page.locator('#new').fill(password)
  await page.locator('#again').fill(password)
  await page.locator('#again').press('Enter')
}

async function take(page, name) {
  const path = join(folder, `${name}.png`)
  // No cursor, no ring, no pointer: what a person sees who looks and does not type.
  await page.evaluate('document.activeElement?.blur()')
  await page.mouse.move(0, 0)
  await page.screenshot({ path, animations: 'disabled', caret: 'hide', fullPage: true })
  const { size } = await stat(path)
  console.log(`docs/pictures/${name}.png ${Math.round(size / 1024)} KB`)
  if (size > MOST_BYTES) throw new Error(`${name}.png is bigger than ${MOST_BYTES} bytes`)
}
