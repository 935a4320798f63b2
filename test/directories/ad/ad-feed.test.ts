import { describeAccountFeed } from '../../contracts/account-feed.contract.js'
import { SambaAdmin } from './samba-admin.js'

describeAccountFeed('ad, on Samba', async () => {
  const samba = new SambaAdmin()
  const connector = await samba.connector()
  const rename = async (dn: string, newDn: string): Promise<void> => (await samba.client()).modifyDN(dn, newDn)
  return {
    connector,
    joining: { attribute: 'otherTelephone', values: ['4711', 'B/42 "ä"'] },
    rich: true,
    async create() {
      const { ref, dn, login } = await samba.create()
      await samba.modify(dn, 'add', 'otherTelephone', '4711', 'B/42 "ä"')
      return { nativeId: ref.nativeId, login, dn }
    },
    disable: ({ dn }) => samba.modify(dn, 'replace', 'userAccountControl', '514'),
    async rename(person, login) {
      const dn = `CN=${login},${samba.facts.peopleOu}`
      await rename(person.dn, dn)
      await samba.modify(dn, 'replace', 'sAMAccountName', login)
      return { ...person, login, dn }
    },
    remove: async ({ dn }) => (await samba.client()).del(dn),
    protect: async ({ dn }) => samba.modify(await samba.dnOf('Inner Circle'), 'add', 'member', dn),
    setMail: ({ dn }, mail) => samba.modify(dn, 'replace', 'mail', ...mail),
    moveOut: ({ dn }) => rename(dn, `${dn.split(',')[0]},${samba.facts.elsewhereOu}`),
    close: () => samba.close(),
  }
})
