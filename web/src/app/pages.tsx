import { Component, lazy, Suspense, type ReactNode } from 'react'
import { Waiting } from '../components/ui/page-parts.js'
import { StartPage } from '../features/start/start-page.js'
import { loadAllTexts } from '../lib/language.js'
import { usePlace } from '../lib/router.js'
import { NotFound } from './not-found.js'
import { Unavailable } from '../components/ui/unavailable.js'

type LaterPages = typeof import('./later-pages.js')

/** What every page but the first needs: their code, and the texts the first page has no use for. */
async function loadLaterPages(): Promise<LaterPages> {
  const [pages] = await Promise.all([import('./later-pages.js'), loadAllTexts()])
  return pages
}
const later = <Name extends keyof LaterPages>(name: Name) =>
  lazy<LaterPages[Name]>(async () => ({ default: (await loadLaterPages())[name] }))

const FlowPage = later('FlowPage')
const SignInPage = later('SignInPage')
const ChangePage = later('ChangePage')
const RequestsPage = later('RequestsPage')
const RequestPage = later('RequestPage')
const HelpPage = later('HelpPage')
const InboxPage = later('InboxPage')

/** While the person types, the next page is on its way; if it fails here, it is asked for again when it is needed. */
const prepare = () => void loadLaterPages().catch(() => undefined)

/** Lists and mails may be wider than a question. */
export const WIDE_PATHS = /^\/(requests|inbox)$/

type Route = readonly [pattern: RegExp, page: (part: string) => ReactNode]
const ROUTES: readonly Route[] = [
  [/^\/$/, () => <StartPage key="reset" kind="reset" onBegin={prepare} />],
  [/^\/unlock$/, () => <StartPage key="unlock" kind="unlock" onBegin={prepare} />],
  [/^\/reset\/([\w-]{1,64})$/, (id) => <FlowPage key={id} kind="reset" id={id} />],
  [/^\/unlock\/([\w-]{1,64})$/, (id) => <FlowPage key={id} kind="unlock" id={id} />],
  [/^\/sign-in$/, () => <SignInPage />],
  [/^\/change$/, () => <ChangePage />],
  [/^\/requests$/, () => <RequestsPage />],
  [/^\/requests\/([\w-]{1,64})$/, (reference) => <RequestPage key={reference} reference={reference} />],
  [/^\/help$/, () => <HelpPage />],
  [/^\/inbox$/, () => <InboxPage />],
]

export function Pages() {
  const { path } = usePlace()
  return <Guard key={path}><Suspense fallback={<Waiting />}>{pageAt(path.replace(/(.)\/+$/, '$1'))}</Suspense></Guard>
}

function pageAt(path: string): ReactNode {
  for (const [pattern, page] of ROUTES) {
    const match = pattern.exec(path)
    if (match) return page(match[1] ?? '')
  }
  return <NotFound />
}

/** A page whose code cannot be fetched any more (a new release, a lost connection): reading the whole page anew helps. */
class Guard extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false }
  static getDerivedStateFromError = () => ({ broken: true })
  override render() {
    return this.state.broken ? <Unavailable byItself={false} retry={async () => location.reload()} /> : this.props.children
  }
}
