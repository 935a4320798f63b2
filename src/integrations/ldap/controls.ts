import { BerReader, BerWriter } from 'ldapts'
import type { LdapFilter } from './filters.js'
import { berSequence, ResponseControl } from './response-control.js'

/** RFC 4528: the operation happens only if the entry matches at that very moment; otherwise result code 122. */
export class AssertionControl extends ResponseControl {
  constructor(filter: LdapFilter) {
    const writer = new BerWriter()
    filter.write(writer)
    super('1.3.6.1.1.12', { critical: true, value: writer.buffer })
  }
}
export const ASSERTION_FAILED = 122

export const POLICY_HINTS = '1.2.840.113556.1.4.2239'
/** The number that servers before 2012 R2 know it by. */
export const POLICY_HINTS_DEPRECATED = '1.2.840.113556.1.4.2066'
/** AD: hold a reset to password history and minimum age too. Only where the rootDSE lists it: elsewhere code 12. */
export class PolicyHintsControl extends ResponseControl {
  constructor(oid: typeof POLICY_HINTS | typeof POLICY_HINTS_DEPRECATED = POLICY_HINTS) {
    super(oid, { critical: true, value: berSequence((writer) => writer.writeInt(1)) })
  }
}

/** AD: deleted entries are found too. */
export class ShowDeletedControl extends ResponseControl {
  constructor() {
    super('1.2.840.113556.1.4.417', { critical: true })
  }
}

/** LDAP_DIRSYNC_OBJECT_SECURITY: only what the account may see, and no right to replicate secrets is needed. */
const OBJECT_SECURITY = 1
/** AD, MS-ADTS §3.1.1.3.4.1.3: what changed since the cookie. */
export class DirSyncControl extends ResponseControl {
  constructor(cookie: Buffer = Buffer.alloc(0), { flags = OBJECT_SECURITY, maxBytes = 1 << 20 } = {}) {
    super('1.2.840.113556.1.4.841', {
      critical: true,
      value: berSequence((writer) => {
        writer.writeInt(flags)
        writer.writeInt(maxBytes)
        if (cookie.length > 0) writer.writeBuffer(cookie, 0x04)
        else writer.writeString('')
      }),
    })
  }
  /** Null before the answer. `more`: ask again at once with the new cookie. */
  get answer(): { readonly more: boolean; readonly cookie: Buffer } | null {
    if (!this.response) return null
    const reader = new BerReader(this.response)
    reader.readSequence()
    const more = reader.readInt() !== 0
    reader.readInt() // unused
    return { more, cookie: reader.readString(0x04, true) ?? Buffer.alloc(0) }
  }
}
