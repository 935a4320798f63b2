import { randomUUID } from 'node:crypto'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { LocalSettings } from '../../../src/modules/directories/local/local-settings.js'
import { describeConnector, type ContractAccount } from '../../contracts/connector.contract.js'
import { CHEAP, openDirectories } from './local-directory.js'

const YESTERDAY = (): Date => new Date(Date.now() - 86_400_000)

describeConnector('local', async () => {
  const world = await openDirectories()
  const base = { ...CHEAP, lockout: { threshold: 4, windowSeconds: 600, durationSeconds: 600 }, rules: { minLength: 12, minClasses: 3, historyLength: 3 } }
  const open = async (settings: Record<string, unknown>) => {
    const id = await world.configure({ settings })
    return { id, connector: await world.local.open(id, LocalSettings.parse(settings)) }
  }
  const create = async (directoryId: string, wish: ContractAccount) => {
    const login = `u${randomUUID()}`
    const nativeId = await world.admin.create(world.database, directoryId, {
      login, displayName: 'Test Person', password: wish.password === undefined ? null : new SecretText(wish.password),
      disabled: wish.disabled, mustChange: wish.mustChange, accountExpiresAt: wish.expired ? YESTERDAY() : null,
      protectedGroup: wish.protected ? 'Domain Admins' : null,
    })
    return { nativeId, login }
  }
  const { id, connector } = await open(base)
  return {
    connector,
    threshold: 4,
    createAccount: (wish) => create(id, wish),
    async withMinimumAge(wish) {
      const strict = await open({ ...base, rules: { ...base.rules, minAgeSeconds: 86_400 } })
      return { connector: strict.connector, ref: await create(strict.id, wish) }
    },
    close: () => world.close(),
  }
})
