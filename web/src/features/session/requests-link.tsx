import { Link } from '../../lib/router.js'
import { useSite } from '../../lib/site.js'
import { useText } from '../../lib/text.js'

export function RequestsLink() {
  const { t } = useText()
  return useSite()?.services.requests ? <p><Link to="/requests">{t('change.requests')}</Link></p> : null
}
