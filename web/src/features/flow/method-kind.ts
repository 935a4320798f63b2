import type { FlowView } from '@contract/self-service.contract.js'
import type { IconName } from '../../components/ui/icon.js'

/** How a method is called and drawn. Methods are the server's; the page knows the families of them. */
export function methodKind(method: string) {
  if (method.startsWith('mail')) return { name: 'method.mail', codeTo: 'method.code-to.mail', icon: 'mail' as IconName, lead: 'code.lead.mail' } as const
  if (method.startsWith('sms')) return { name: 'method.sms', codeTo: 'method.code-to.sms', icon: 'phone' as IconName, lead: 'code.lead.sms' } as const
  return { name: 'method.other', codeTo: null, icon: 'app' as IconName, lead: 'code.lead.mail' } as const
}

/** Reset: way, code, accounts, password. Unlock: way, code, unlock. */
export const stepsOf = (flow: FlowView): number => (flow.kind === 'reset' ? 4 : 3)
