import { Attribute } from 'ldapts'
import { AdConnectorFactory } from '../../../src/modules/directories/ad/ad-connector.js'
import { SambaAdmin } from '../ad/samba-admin.js'
import { describeImport, ownUnits } from './directory-import.js'

describeImport('Active Directory', async () => {
  const samba = new SambaAdmin()
  const client = await samba.client()
  const { base, ...moves } = await ownUnits({
    rdn: 'OU', below: samba.facts.peopleOu,
    addUnit: (dn) => client.add(dn, [new Attribute({ type: 'objectClass', values: ['organizationalUnit'] })]),
    move: (dn, to) => client.modifyDN(dn, to),
  })
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
    ...moves,
    remove: (dn) => client.del(dn),
    close: () => samba.close(),
  }
}, 'thumbnailPhoto')
