import { DeskPhone } from '../../components/ui/desk-phone.js'
import { Title } from '../../components/ui/page-parts.js'
import { useText } from '../../lib/text.js'

/** An unpublished service says so to everyone alike (decisions.md 11). */
export function NotInUse() {
  const { t, rich } = useText()
  return (
    <>
      <Title>{t('closed.title')}</Title>
      <p className="lead">{rich('closed.lead', { phone: <DeskPhone /> })}</p>
    </>
  )
}
