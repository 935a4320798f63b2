import type { AccountView } from '@contract/self-service.contract.js'
import { useText } from '../lib/text.js'
import { Icon } from './ui/icon.js'

/** From here on it is worth a warning: long enough before a holiday, too short to forget again. */
const WARN_WITHIN_DAYS = 14

/** When the password runs out. Nothing where it never does, has already (then the page says so itself), or is not known. */
export function PasswordExpiry({ account }: { readonly account: AccountView }) {
  const { t, plural, times } = useText()
  const { passwordExpiresAt: at, passwordExpired } = account
  if (at === null || passwordExpired || Date.parse(at) <= Date.now()) return null
  const days = times.daysUntil(at)
  const day = times.day(at)
  if (days >= WARN_WITHIN_DAYS) return <span className="expiry">{t('expiry.on', { day })}</span>
  const soon = days > 1 ? t('expiry.soon', { soon: plural('expiry.days', days), day }) : t(days === 1 ? 'expiry.tomorrow' : 'expiry.today', { time: times.clock(at) })
  return <span className="expiry soon"><Icon name="clock" />{soon}</span>
}
