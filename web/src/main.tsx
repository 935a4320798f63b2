import { createRoot } from 'react-dom/client'
import { App } from './app/app.js'
import { loadLanguage, preferredLanguage } from './lib/language.js'
import { readSite } from './lib/self-service.js'
import './components/ui/tokens.css'
import './components/ui/base.css'
import './components/ui/page.css'
import './components/ui/controls.css'
import './components/ui/status.css'

void start()

// No top-level await: with one the bundler must not merge chunks, and the first page would take ten requests.
async function start(): Promise<void> {
  const root = document.getElementById('root')
  if (!root) throw new Error('index.html has no #root')
  await loadLanguage(preferredLanguage())
  // Drawn when it is known what the site is called, and not twice.
  createRoot(root).render(<App site={await readSite()} />)
}
