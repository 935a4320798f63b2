import { Component, lazy, Suspense, type ComponentType, type ReactNode } from 'react'
import { Waiting } from '../components/ui/page-parts.js'
import { StartPage } from '../features/start/start-page.js'
import { loadErrorTexts } from '../lib/error-texts.js'
import { usePlace } from '../lib/router.js'
import { NotFound } from './not-found.js'
import { Unavailable } from '../components/ui/unavailable.js'

/** The first page comes with the entry; every other is fetched when it is needed, together with the error texts. */
function later<P>(load: () => Promise<{ default: ComponentType<P> }>) {
  return lazy(async () => (await Promise.all([load(), loadErrorTexts()]))[0])
}
const loadFlowPage = () => import('../features/flow/flow-page.js')
const FlowPage = later(loadFlowPage)
const SignInPage = later(() => import('../features/session/sign-in-page.js'))
const ChangePage = later(() => import('../features/session/change-page.js'))
const RequestsPage = later(() => import('../features/session/requests-page.js'))
const RequestPage = later(() => import('../features/session/request-page.js'))
const HelpPage = later(() => import('../features/help/help-page.js'))
const InboxPage = later(() => import('../features/inbox/inbox-page.js'))

/** While the person types, the next page is on its way; if it fails here, it is asked for again when it is needed. */
const prepareFlow = () => void Promise.all([loadFlowPage(), loadErrorTexts()]).catch(() => undefined)

/** Lists and mails may be wider than a question. */
export const WIDE_PATHS = /^\/(requests|inbox)$/

type Route = readonly [pattern: RegExp, page: (part: string) => ReactNode]
const ROUTES: readonly Route[] = [
  [/^\/$/, () => <StartPage key="reset" kind="reset" onBegin={prepareFlow} />],
  [/^\/unlock$/, () => <StartPage key="unlock" kind="unlock" onBegin={prepareFlow} />],
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
