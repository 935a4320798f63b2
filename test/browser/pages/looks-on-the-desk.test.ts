import { VIEWPORTS } from '../harness/page.js'
import { looksComplete } from './looks.js'

describe('every state of every page', () => {
  looksComplete('desk dark Finnish', { viewport: VIEWPORTS.desktop, language: 'fi', scheme: 'dark' })
})
