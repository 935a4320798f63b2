import { VIEWPORTS } from '../harness/page.js'
import { looksComplete } from './looks.js'

describe('every state of every page', () => {
  looksComplete('phone', { viewport: VIEWPORTS.phone, language: 'en', scheme: 'light' })
})
