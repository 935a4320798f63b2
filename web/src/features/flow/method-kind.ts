import type { FlowView } from '@contract/self-service.contract.js'
import type { IconName } from '../../components/ui/icon.js'

type MethodKind = {
  readonly name: 'method.mail' | 'method.sms' | 'method.other'
  readonly codeTo: 'method.code-to.mail' | 'method.code-to.sms' | null
  readonly lead: 'code.lead.mail' | 'code.lead.sms'
  readonly icon: IconName
}
const MAIL: MethodKind = { name: 'method.mail', codeTo: 'method.code-to.mail', lead: 'code.lead.mail', icon: 'mail' }
const SMS: MethodKind = { name: 'method.sms', codeTo: 'method.code-to.sms', lead: 'code.lead.sms', icon: 'phone' }
const OTHER: MethodKind = { name: 'method.other', codeTo: null, lead: 'code.lead.mail', icon: 'app' }

/** How a method is called and drawn. Methods are the server's; the page knows the families of them. */
export const methodKind = (method: string): MethodKind =>
  method.startsWith('mail') ? MAIL : method.startsWith('sms') ? SMS : OTHER

/** Reset: way, code, accounts, password. Unlock: way, code, unlock. */
export const stepsOf = (flow: FlowView): number => (flow.kind === 'reset' ? 4 : 3)
