import { randomUUID } from 'node:crypto'
import { Attribute } from 'ldapts'
import { AdConnectorFactory } from '../../../src/modules/directories/ad/ad-connector.js'
import { SambaAdmin } from '../ad/samba-admin.js'
import { describeImport } from './directory-import.js'

const BADGE = Buffer.from([0xff, 0x00, 0x80, 0x41, 0x0a])
const nameIn = (dn: string): string => dn.split(/(?<!\\),/)[0]!

describeImport('Active Directory', async () => {
  const samba = new SambaAdmin()
  const client = await samba.client()
  const base = `OU=I${randomUUID().slice(0, 8)},${samba.facts.peopleOu}`
  const elsewhere = `OU=E${randomUUID().slice(0, 8)},${samba.facts.peopleOu}`
  for (const dn of [base, elsewhere, `OU=Inner,${base}`]) await client.add(dn, [new Attribute({ type: 'objectClass', values: ['organizationalUnit'] })])
  const move = async (dn: string, below: string): Promise<string> => {
    await client.modifyDN(dn, `${nameIn(dn)},${below}`)
    return `${nameIn(dn)},${below}`
  }
  const { bindPassword, ...settings } = samba.settings({ organizationalUnits: [base] }) as { bindPassword: string }
  return {
    factory: new AdConnectorFactory() as never,
    kind: 'ad', settings, secrets: { bindPassword }, joining: 'otherTelephone',
    async add(login, attributes = {}) {
      const { dn } = await samba.create({ login, ou: base })
      for (const [type, value] of Object.entries(attributes)) await samba.modify(dn, 'replace', type, ...[value].flat() as (string | Buffer)[])
      return dn
    },
    set: (dn, attribute, values) => samba.modify(dn, 'replace', attribute, ...values),
    disable: (dn) => samba.modify(dn, 'replace', 'userAccountControl', '514'),
    async rename(dn, login) {
      const renamed = `CN=${login},${base}`
      await client.modifyDN(dn, renamed)
      await samba.modify(renamed, 'replace', 'sAMAccountName', login)
      return renamed
    },
    moveInside: (dn) => move(dn, `OU=Inner,${base}`),
    moveOut: (dn) => move(dn, elsewhere),
    moveBack: (dn) => move(dn, base),
    remove: (dn) => client.del(dn),
    close: () => samba.close(),
  }
}, { attribute: 'thumbnailPhoto', value: BADGE })
