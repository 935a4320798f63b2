import type { SiteView } from '@contract/self-service.contract.js'
import { createContext, use } from 'react'

/** What this site is called and offers; null only while the service does not answer. */
export const SiteContext = createContext<SiteView | null>(null)
export const useSite = (): SiteView | null => use(SiteContext)
