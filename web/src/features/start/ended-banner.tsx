import { Banner } from '../../components/ui/banner.js'
import { isEnded } from '../../lib/open-flow.js'
import { usePlace } from '../../lib/router.js'
import { useText } from '../../lib/text.js'

/** Why the person is back at the start, and what that means for their password. */
export function EndedBanner() {
  const { state } = usePlace()
  const { t, plural } = useText()
  if (!isEnded(state)) return null
  if (state.ended === 'elsewhere') {
    return <Banner kind="info" icon="clock" title={t('elsewhere.title')}><p>{t('elsewhere.text')}</p></Banner>
  }
  const title = state.minutes ? plural('ended.away', state.minutes) : t('ended.over')
  return <Banner kind="info" icon="clock" title={title}><p>{t('ended.nothing')}</p></Banner>
}
