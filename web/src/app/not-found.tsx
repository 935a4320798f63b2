import { Title } from '../components/ui/page-parts.js'
import { Link } from '../lib/router.js'
import { useText } from '../lib/text.js'

export function NotFound() {
  const { t } = useText()
  return (
    <>
      <Title>{t('missing.title')}</Title>
      <p className="lead">{t('missing.lead')}</p>
      <div className="btn-row"><Link className="btn" to="/">{t('to-start')}</Link></div>
    </>
  )
}
