import { DEMO_SITE } from '../../../src/demo/site.js'
import { SiteSettings, UNCONFIGURED_SITE } from '../../../src/modules/settings/domain/site-settings.js'
import { Language } from '../../../src/contract/self-service.contract.js'

const { serviceDesk } = DEMO_SITE
const speaking = (...languages: Language[]): SiteSettings => ({ ...DEMO_SITE, languages })

describe('the languages of a site', () => {
  it.each([['the demo', DEMO_SITE], ['a site nobody has configured yet', UNCONFIGURED_SITE]])('%s speaks all of them', (_name, site) => {
    expect(SiteSettings.parse(site).languages).toEqual(Language.options)
  })

  it('need no words in a language that is not offered, so that a site saved before it existed stays readable', () => {
    const words = { en: 'open', fi: 'avoinna' }
    const older = { ...speaking('en', 'fi'), serviceDesk: { ...serviceDesk, hours: words, place: words, placeHours: words } }
    expect(SiteSettings.parse(older).serviceDesk.hours).toEqual(words)
  })

  it('need words in each that is offered', () => {
    const { sv: _, ...hours } = serviceDesk.hours
    const checked = SiteSettings.safeParse({ ...speaking('en', 'sv'), serviceDesk: { ...serviceDesk, hours } })
    expect(checked.error?.issues.map(({ path }) => path.join('.'))).toEqual(['serviceDesk.hours.sv'])
  })

  it('are only those that the product speaks', () => {
    expect(SiteSettings.safeParse({ ...DEMO_SITE, languages: ['en', 'nb'] }).success).toBe(false)
    expect(SiteSettings.safeParse({ ...DEMO_SITE, languages: [] }).success).toBe(false)
  })
})
