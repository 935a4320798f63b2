import { randomUUID } from 'node:crypto'
import { LocalSettings } from '../../../src/modules/directories/local/local-settings.js'
import { describeAccountFeed } from '../../contracts/account-feed.contract.js'
import { CHEAP, openDirectories } from './local-directory.js'

describeAccountFeed('local', async () => {
  const world = await openDirectories()
  const id = await world.configure()
  const connector = await world.local.open(id, LocalSettings.parse(CHEAP))
  return {
    connector,
    joining: { attribute: 'login', values: [] },
    rich: false,
    async create() {
      const login = `u${randomUUID()}`
      const nativeId = await world.admin.create(world.database, id, { login, displayName: 'Test Person', password: null })
      return { nativeId, login, dn: '' }
    },
    disable: ({ nativeId }) => world.admin.set(world.database, nativeId, { disabled: true }),
    async rename(person, login) {
      await world.owner('UPDATE local_account SET login = $2 WHERE id = $1', [person.nativeId, login])
      return { ...person, login }
    },
    remove: async ({ nativeId }) => void await world.owner('DELETE FROM local_account WHERE id = $1', [nativeId]),
    protect: ({ nativeId }) => world.admin.set(world.database, nativeId, { protectedGroup: 'Domain Admins' }),
    setMail: async () => undefined,
    moveOut: async () => undefined,
    close: () => world.close(),
  }
})
