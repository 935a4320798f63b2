import { runningDirectories } from '../harness/directories.js'
import { feedRequest, gathered } from '../../contracts/account-feed.contract.js'
import { DOCUMENTED_ACCESS } from '../slapd/configuration.mjs'
import { startSlapd } from '../slapd/start-slapd.mjs'
import { OpenldapWorld } from './openldap-world.js'

/** A slapd that gives so much at most; the limit is a line of its own behind the access rules. */
async function limited(limits: string, people = 300): Promise<{ world: OpenldapWorld; close(): Promise<void> }> {
  const slapd = await startSlapd({ people, access: [...DOCUMENTED_ACCESS, `limits users ${limits}`] })
  const world = await OpenldapWorld.open(slapd)
  return {
    world,
    close: async () => {
      await world.close()
      await slapd.stop()
    },
  }
}

describe('a server with limits', () => {
  it('that gives small pages only is read in small pages', async () => {
    const { world, close } = await limited('size.pr=100 size.prtotal=unlimited')
    const { feed } = await world.connector()
    const { accounts, complete } = await gathered(feed!.readAll(feedRequest({ pageSize: 1_000 })))
    expect({ people: accounts.size, complete }).toEqual({ people: 300, complete: true })
    await close()
  })

  it('that gives only some of the people fails with the reason, and is never taken for whole', async () => {
    const { world, close } = await limited('size.soft=150 size.hard=150 size.prtotal=150')
    const { feed } = await world.connector()
    let complete = false
    const read = async (): Promise<void> => { for await (const page of feed!.readAll(feedRequest({ pageSize: 100 }))) complete ||= page.complete }
    await expect(read()).rejects.toMatchObject({ reason: 'throttled', diagnostic: expect.stringContaining('size limit') })
    expect(complete).toBe(false)
    await close()
  })

  it('that shows nobody is not one without people', async () => {
    const world = await OpenldapWorld.open(runningDirectories().slapd)
    const { feed } = await world.connector({ peopleDn: `ou=hidden,${world.slapd.suffix}` })
    await expect(gathered(feed!.readAll(feedRequest()))).rejects.toMatchObject({ reason: 'not-permitted' })
    await world.close()
  })
})
