import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SecretText } from '../../../src/kernel/secret-text.js'
import type { ConnectorFactory } from '../../../src/modules/directories/index.js'
import { runningDirectories } from '../harness/directories.js'
import { describeLostReplies } from '../lost-reply.js'
import { OpenldapWorld, settingsOf, soon } from './openldap-world.js'

describeLostReplies('OpenLDAP', async () => {
  const { slapd } = runningDirectories()
  const world = await OpenldapWorld.open(slapd)
  const direct = await world.connector()
  const dnOf = (login: string): string => `uid=${login},${slapd.peopleDn}`
  return {
    factory: world.factory as unknown as ConnectorFactory,
    settingsAt(url) {
      const { bindPassword, ...settings } = settingsOf(slapd, { servers: [url] })
      return { settings, secrets: { bindPassword: String(bindPassword) } }
    },
    server: { host: '127.0.0.1', port: Number(new URL(slapd.url).port) },
    interception: {
      key: readFileSync(join(slapd.folder, 'key.pem'), 'utf8'), cert: readFileSync(join(slapd.folder, 'cert.pem'), 'utf8'), ca: slapd.ca, serverName: slapd.serverName,
    },
    createPerson: () => world.person(),
    setElsewhere: ({ login }, password) => world.admin.set(dnOf(login), { userPassword: password }),
    accepts: async (ref, password) => (await direct.use(soon(), (it) => it.verify!(ref, new SecretText(password), soon()))).verified,
    versionOf: async ({ login }) => (await world.admin.read(dnOf(login), 'pwdChangedTime')).join(),
    historyAtReset: true,
    close: () => world.close(),
  }
})
