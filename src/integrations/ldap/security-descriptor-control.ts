import { berSequence, ResponseControl } from './response-control.js'

/** DACL_SECURITY_INFORMATION: owner, group and audit rules need rights that we do not ask for. */
const ACCESS_LIST_ONLY = 4

/** AD, MS-ADTS §3.1.1.3.4.1.11: nTSecurityDescriptor with its access list alone, which any authenticated account may read. */
export class SecurityDescriptorControl extends ResponseControl {
  constructor() {
    super('1.2.840.113556.1.4.801', { critical: true, value: berSequence((writer) => writer.writeInt(ACCESS_LIST_ONLY)) })
  }
}
