import type { FlowView } from '@contract/self-service.contract.js'
import { DeskPhone } from '../../components/ui/desk-phone.js'
import { Steps, Verdict } from '../../components/ui/page-parts.js'
import { startPath } from '../../lib/open-flow.js'
import { Link } from '../../lib/router.js'
import { useText } from '../../lib/text.js'
import { stepsOf } from './method-kind.js'

export function LockedPage({ flow }: { readonly flow: FlowView }) {
  const { t, rich, times } = useText()
  const phone = <DeskPhone />
  return (
    <>
      <Steps at={2} of={stepsOf(flow)} />
      <Verdict icon="lock" tone="warn">{t('locked.title')}</Verdict>
      <p className="lead">{rich('locked.lead')}</p>
      <p>
        {flow.lockedUntil
          ? rich('locked.next', { when: times.after(flow.lockedUntil), phone })
          : rich('locked.next.later', { phone })}
      </p>
      <div className="btn-row"><Link className="btn" to={startPath(flow.kind)}>{t('to-start')}</Link></div>
    </>
  )
}
