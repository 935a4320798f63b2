import { describeConnector } from '../../contracts/connector.contract.js'
import { SambaAdmin } from './samba-admin.js'

describeConnector('ad, on Samba', async () => {
  const samba = new SambaAdmin()
  const connector = await samba.connector()
  return {
    connector,
    threshold: 4,
    async createAccount({ protected: isProtected, ...wish }) {
      return (await samba.create({ ...wish, groups: isProtected ? ['Inner Circle'] : [] })).ref
    },
    async withMinimumAge(wish) {
      return { connector, ref: (await samba.create({ ...wish, groups: ['Minimum Age'] })).ref }
    },
    close: () => samba.close(),
  }
})
