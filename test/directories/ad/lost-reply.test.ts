import { readFileSync } from 'node:fs'
import { SecretText } from '../../../src/kernel/secret-text.js'
import { AdConnectorFactory } from '../../../src/modules/directories/ad/ad-connector.js'
import { unicodePwd } from '../../../src/modules/directories/ad/unicode-pwd.js'
import type { ConnectorFactory } from '../../../src/modules/directories/index.js'
import { describeLostReplies } from '../lost-reply.js'
import { SambaAdmin } from './samba-admin.js'

describeLostReplies('Active Directory (Samba)', async () => {
  const samba = new SambaAdmin()
  const { facts } = samba
  const direct = await samba.connector()
  const context = () => ({ deadline: new Date(Date.now() + 10_000), correlationId: 'past the line' })
  return {
    factory: new AdConnectorFactory() as ConnectorFactory,
    settingsAt(url) {
      const { bindPassword, ...settings } = samba.settings({ servers: [url] })
      return { settings, secrets: { bindPassword: String(bindPassword) } }
    },
    server: { host: facts.ip, port: 636 },
    interception: { key: readFileSync(facts.keyFile, 'utf8'), cert: readFileSync(facts.certFile, 'utf8'), ca: facts.ca, serverName: facts.serverName },
    createPerson: () => samba.create(),
    setElsewhere: async ({ login }, password) => samba.modify(await samba.dnOf(login), 'replace', 'unicodePwd', unicodePwd(password)),
    accepts: async (ref, password) => (await direct.use(context(), (it) => it.verify!(ref, new SecretText(password), context()))).verified,
    versionOf: async ({ login }) => String((await samba.read(await samba.dnOf(login), 'msDS-KeyVersionNumber'))['msDS-KeyVersionNumber']),
    historyAtReset: false,
    close: () => samba.close(),
  }
})
