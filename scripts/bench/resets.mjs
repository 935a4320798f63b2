/**
 * `npm run bench`: how many passwords a second a directory takes by itself, and how many our worker brings there, on the
 * same server in the same run. JSON on standard output. Not a test: figures of one machine at one time.
 *   --tasks=400 --rounds=2 --only=slapd|samba --unsynced (slapd without waiting for its disk)
 */
import 'reflect-metadata'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSamba, whyNoSamba } from '../../test/directories/samba/samba.mjs'
import { findSlapd, startSlapd } from '../../test/directories/slapd/start-slapd.mjs'
import { openProduct } from './product.mjs'
import { sambaSide, slapdSide } from './sides.mjs'

const option = (name, fallback) => process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? fallback
const tasks = Number(option('tasks', 400))
const rounds = Number(option('rounds', 2))
const only = option('only', null)
const PARALLEL = 8

const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'))
const closing = [() => rm(folder, { recursive: true, force: true })]
const tell = (line) => process.stderr.write(`${line}\n`)

/** `work` for each of them, so many at once; answers how many a second. */
async function rateOf(items, parallel, work) {
  const waiting = [...items]
  const began = performance.now()
  await Promise.all(Array.from({ length: parallel }, async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }))
  return items.length / ((performance.now() - began) / 1000)
}

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor((numbers.length - 1) / 2)]
const rounded = (number) => Math.round(number * 10) / 10
const fresh = () => `Gx7-${randomUUID()}`

async function measure(side, product) {
  const raw = []
  const ours = []
  for (let round = 1; round <= rounds; round += 1) {
    // half of the people each, other ones in each round: nothing is compared on accounts that were just written
    const [forRaw, forUs] = side.people(round)
    raw.push(await rateOf(forRaw, PARALLEL, (person) => side.write(person, fresh())))
    ours.push(await product.resets(side.directoryId, forUs, fresh))
    tell(`${side.name}, round ${round}: raw ${rounded(raw.at(-1))}/s, ours ${rounded(ours.at(-1).rate)}/s`)
  }
  const rates = ours.map(({ rate }) => rate)
  return {
    rawPerSecond: rounded(median(raw)), oursPerSecond: rounded(median(rates)), share: Number((median(rates) / median(raw)).toFixed(2)),
    rounds: raw.map((rate, index) => ({ raw: rounded(rate), ours: rounded(rates[index]) })),
    cpuMillisecondsPerTask: rounded(median(ours.map(({ cpuMs }) => cpuMs))),
    statementsPerTask: rounded(median(ours.map(({ statements }) => statements))),
    seconds: { median: rounded(median(ours.map(({ medianMs }) => medianMs)) / 1000) },
  }
}

try {
  const product = await openProduct(folder, closing)
  const answer = { at: new Date().toISOString(), processors: cpus().length, node: process.version, parallel: PARALLEL, tasks, rounds, directories: {} }
  if (only !== 'samba') {
    if (!findSlapd()) throw new Error('slapd is not installed')
    const slapd = await startSlapd({ people: tasks * 2 * rounds, sync: !process.argv.includes('--unsynced'), parent: folder })
    closing.unshift(() => slapd.stop())
    await writeFile(join(folder, 'slapd-ca.pem'), slapd.ca)
    const side = await slapdSide(slapd, { tasks, rounds, product })
    closing.unshift(() => side.close())
    answer.directories.slapd = await measure(side, product)
  }
  if (only !== 'slapd') {
    const reason = whyNoSamba()
    if (reason) throw new Error(reason)
    const samba = await startSamba({ realm: `BENCH${randomBytes(2).toString('hex').toUpperCase()}.TEST`, services: 'directory' })
    closing.unshift(() => samba.destroy())
    const side = await sambaSide(samba.facts, { tasks: Math.min(tasks, 100), rounds, product })
    closing.unshift(() => side.close())
    answer.directories.samba = await measure(side, product)
  }
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
} finally {
  for (const close of closing) await close().catch((error) => tell(String(error)))
}
process.exit(0)
