import { useSite } from '../lib/site.js'
import { useText } from '../lib/text.js'
import { DeskPhone } from './ui/desk-phone.js'
import { Icon } from './ui/icon.js'
import { Back, Title } from './ui/page-parts.js'

/** Nobody is left without a way: the desk has others. The same page whether there are no ways or none that fits. */
export function CannotUseAny({ back }: { readonly back?: string }) {
  const { t, lang } = useText()
  const desk = useSite()?.serviceDesk
  const here = lang as keyof NonNullable<typeof desk>['hours']
  return (
    <>
      <Back to={back} />
      <Title>{t('help.title')}</Title>
      <p className="lead">{t('help.lead')}</p>
      {desk && (
        <ul className="outcomes">
          <li>
            <Icon name="tel" />
            <span className="o-name"><DeskPhone /></span>
            <span className="o-sub">{t('help.say', { hours: sentence(desk.hours[here], lang) })}</span>
          </li>
          <li>
            <Icon name="home" />
            <span className="o-name"><bdi>{desk.place[here]}</bdi></span>
            <span className="o-sub"><bdi>{desk.placeHours[here]}</bdi></span>
          </li>
        </ul>
      )}
      <p className="soft">{t('help.never')}</p>
    </>
  )
}

/** The hours stand inside a sentence elsewhere, and begin one here. */
const sentence = (text: string, lang: string): string => text.charAt(0).toLocaleUpperCase(lang) + text.slice(1)
