import { useSite } from '../../lib/site.js'

/** The service desk's number, as a link that calls it. */
export function DeskPhone() {
  const site = useSite()
  if (!site) return null
  return <a className="nowrap" href={site.serviceDesk.phoneHref}>{site.serviceDesk.phone}</a>
}
