/** Every page but the first, in one chunk: it is fetched in one request while the first page is being filled in. */
export { default as FlowPage } from '../features/flow/flow-page.js'
export { default as HelpPage } from '../features/help/help-page.js'
export { default as InboxPage } from '../features/inbox/inbox-page.js'
export { default as ChangePage } from '../features/session/change-page.js'
export { default as RequestPage } from '../features/session/request-page.js'
export { default as RequestsPage } from '../features/session/requests-page.js'
export { default as SignInPage } from '../features/session/sign-in-page.js'
