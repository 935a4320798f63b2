import type { LdapLease } from '../../../integrations/ldap/index.js'
import type { CallContext } from '../domain/connector.js'
import { permissionReport, type PermissionReport } from '../domain/permission-report.js'
import type { OpenldapShared } from './openldap-connection.js'
import type { OpenldapSettings } from './openldap-settings.js'
import type { OpenldapTree } from './openldap-tree.js'

export class OpenldapSelfTest {
  constructor(private readonly settings: OpenldapSettings, readonly tree: OpenldapTree, readonly shared: OpenldapShared) {}
  async run(lease: LdapLease, _context: CallContext): Promise<PermissionReport> {
    return permissionReport(lease.server, this.settings.bindDn, [])
  }
}
