import { ImportCalendar } from '../../../src/modules/identity/import/jobs/import-calendar.js'
import { ImportSchedules } from '../../../src/modules/identity/index.js'
import { ImportScheduleStore } from '../../../src/modules/identity/import/persistence/import-schedule.store.js'
import { Calendar, Scheduler, SchedulerSettings } from '../../../src/platform/scheduler/index.js'
import { feedAccount, PagedDirectory } from '../../fakes/paged-directory.js'
import { openImportWorld, type ImportWorld } from './import-world.js'

let directory: PagedDirectory
let world: ImportWorld
let id: string
const opened: Calendar[] = []
beforeEach(async () => {
  directory = new PagedDirectory()
  world = await openImportWorld([directory])
  id = await world.configure({ kind: 'paged', settings: {} })
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((calendar) => calendar.beforeApplicationShutdown()))
  await world.close()
})

const schedules = new ImportSchedules(new ImportScheduleStore())
function calendarOf(works = true): { calendar: Calendar; job: ImportCalendar } {
  const settings = Object.assign(new SchedulerSettings(), { works })
  const calendar = new Calendar(world.database, settings)
  opened.push(calendar)
  return { calendar, job: new ImportCalendar(world.database, new Scheduler(settings), calendar, new ImportScheduleStore(), world.importer) }
}
const save = (more: object = {}) => schedules.save(world.database, { directoryId: id, kind: 'full', cron: '30 2 * * *', timeZone: 'Europe/Helsinki', enabled: true, ...more })
const planned = () => world.query<{ name: string; cron: string; timezone: string }>('SELECT name, cron, timezone FROM pgboss.schedule ORDER BY name')
/** As the clock of pg-boss would at the minute of the schedule. */
const fallDue = (kind: string) => world.query(`INSERT INTO pgboss.job (name, data) VALUES ($1, $2)`, [`import-${kind}-${id}`, JSON.stringify({ directoryId: id, kind })])
async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass')
    await new Promise((wake) => setTimeout(wake, 50))
  }
}

describe('the schedules of a directory', () => {
  it('are taken over by the serving role, which makes no tables, in cron form with their zone', async () => {
    await save()
    await save({ kind: 'incremental', cron: '*/10 * * * 1-5' })
    await calendarOf().job.look()
    expect(await planned()).toEqual([
      { name: `import-full-${id}`, cron: '30 2 * * *', timezone: 'Europe/Helsinki' },
      { name: `import-incremental-${id}`, cron: '*/10 * * * 1-5', timezone: 'Europe/Helsinki' },
    ])
  })

  it('read the directory when they fall due, and say so in the run', async () => {
    directory.put(feedAccount({ logins: ['aino'] }))
    await save()
    await save({ kind: 'incremental', cron: '0 * * * *' })
    await calendarOf().job.look()
    await fallDue('full')
    await until(async () => (await world.runs.list(world.database, id, 5)).some(({ state }) => state === 'completed'))
    directory.put(feedAccount({ logins: ['bertil'] }))
    await fallDue('incremental')
    await until(async () => (await world.runs.list(world.database, id, 5)).filter(({ state }) => state === 'completed').length === 2)
    expect(await world.runs.list(world.database, id, 5)).toMatchObject([
      { kind: 'incremental', startedBy: 'schedule:incremental', added: 1 }, { kind: 'full', startedBy: 'schedule:full', added: 1 },
    ])
  })

  it('change and end with their rows', async () => {
    await save()
    const { job } = calendarOf()
    await job.look()
    await save({ cron: '0 4 * * *' })
    await job.look()
    expect(await planned()).toMatchObject([{ cron: '0 4 * * *' }])
    await save({ enabled: false })
    await job.look()
    expect(await planned()).toEqual([])
  })

  it('are nothing to a process that only serves the API', async () => {
    await save()
    await calendarOf(false).job.look()
    expect(await planned()).toEqual([])
  })

  it.each(['', '* * * *', '60 * * * *', '* * * * * *', '5-1 * * * *', '*/0 * * * *', 'a * * * *', '1/2 * * * *'])('are refused as %j', async (cron) => {
    await expect(save({ cron })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })
  it('are refused in a zone that is none', async () => {
    await expect(save({ timeZone: 'Europe/Norrhavn' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' })
  })
})

describe('the queues', () => {
  it('are made by one function for directories there are, and by nothing else', async () => {
    const make = (directoryId: string, kind: string) => world.database.query('SELECT import_queue($1, $2)', [directoryId, kind])
    await expect(make('0193aaaa-0000-7000-8000-000000000009', 'full')).rejects.toThrow('no queue of this name')
    await expect(make(id, 'sideways')).rejects.toThrow('no queue of this name')
    await expect(world.database.query(`SELECT pgboss.create_queue('mine', '{}'::json)`)).rejects.toThrow(/permission denied|must be owner/)
    await expect(world.database.query('CREATE TABLE pgboss.mine (id int)')).rejects.toThrow('permission denied')
    expect(await make(id, 'full')).toEqual([{ import_queue: `import-full-${id}` }])
    expect(await make(id, 'full')).toEqual([{ import_queue: `import-full-${id}` }])
  })
})
