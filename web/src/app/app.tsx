import type { SiteView } from '@contract/self-service.contract.js'
import { useEffect, useState } from 'react'
import { Announcer } from '../lib/announce.js'
import type { Answer } from '../lib/api.js'
import { currentLanguage, loadLanguage, preferredLanguage } from '../lib/language.js'
import { readSite } from '../lib/self-service.js'
import { SiteContext } from '../lib/site.js'
import { Pages } from './pages.js'
import { Shell } from './shell.js'
import { Unavailable } from '../components/ui/unavailable.js'

/** The frame, and in it the page of the address. Without the site's own words there is nothing honest to show but that. */
export function App({ site: first }: { readonly site: Answer<SiteView> }) {
  const [answer, setAnswer] = useState(first)
  const site = answer.ok ? answer.value : null
  useEffect(() => {
    const offered = site?.languages ?? []
    if (offered.length > 0 && !offered.includes(currentLanguage())) void loadLanguage(preferredLanguage(offered))
  }, [site])
  return (
    <SiteContext value={site}>
      <Shell>{site ? <Pages /> : <Unavailable retry={async () => setAnswer(await readSite())} />}</Shell>
      <Announcer />
    </SiteContext>
  )
}
