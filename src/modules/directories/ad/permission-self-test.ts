import type { LdapLease } from '../../../integrations/ldap/index.js'
import type { CallContext } from '../domain/connector.js'
import { permissionReport, type PermissionReport } from '../domain/permission-report.js'
import type { AdSettings } from './ad-settings.js'

type Use = <T>(work: (lease: LdapLease) => Promise<T>) => Promise<T>

export class PermissionSelfTest {
  constructor(private readonly settings: AdSettings) {}
  async run(use: Use, _context: CallContext): Promise<PermissionReport> {
    return use(async (lease) => permissionReport(lease.server, this.settings.bindDn, []))
  }
}
