import { randomUUID } from 'node:crypto'
import type { DirectoryConnector } from '../../../src/modules/directories/index.js'
import { SambaAdmin } from './samba-admin.js'

let samba: SambaAdmin
let connector: DirectoryConnector
beforeAll(async () => {
  samba = new SambaAdmin()
  connector = await samba.connector()
})
afterAll(() => samba.close())

it('the domain itself says which attributes people write on their own account, and nothing of those it does not have', async () => {
  const asked = ['pager', 'Mobile', 'wWWHomePage', 'employeeID', 'mail', 'sAMAccountName', 'noSuchAttribute']
  const said = await connector.selfWritable!(asked, { deadline: new Date(Date.now() + 10_000), correlationId: randomUUID() })
  expect(Object.fromEntries(said)).toEqual({ pager: true, mobile: true, wwwhomepage: true, employeeid: false, mail: false, samaccountname: false })
})
