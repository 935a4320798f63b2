import { useSite, wordsIn } from '../lib/site.js'
import { useText } from '../lib/text.js'
import { DeskPhone } from './ui/desk-phone.js'
import { Icon } from './ui/icon.js'
import { Back, Title } from './ui/page-parts.js'

/** Nobody is left without a way: the desk has others. The same page whether there are no ways or none that fits. */
export function CannotUseAny({ back }: { readonly back?: string }) {
  const { t, lang } = useText()
  const desk = useSite()?.serviceDesk
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
            <span className="o-sub">{t('help.say', { hours: sentence(wordsIn(desk.hours, lang), lang) })}</span>
          </li>
          <li>
            <Icon name="home" />
            <span className="o-name"><bdi>{wordsIn(desk.place, lang)}</bdi></span>
            <span className="o-sub"><bdi>{wordsIn(desk.placeHours, lang)}</bdi></span>
          </li>
        </ul>
      )}
      <p className="soft">{t('help.never')}</p>
    </>
  )
}

/** The hours stand inside a sentence elsewhere, and begin one here. */
const sentence = (text: string, lang: string): string => text.charAt(0).toLocaleUpperCase(lang) + text.slice(1)
