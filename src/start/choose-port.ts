import { createServer } from 'node:net'
import type { ListenSettings } from '../config/settings.js'
import { StartRefused } from './start-refused.js'

const MOST_TRIES = 20

/**
 * The port to listen on, known before the application is composed, because the public origin of a demo follows from it.
 * A port that was asked for is taken or the start fails; nobody asked for the default one, so a demo looks further.
 */
export async function choosePort({ host, port, portIsDefault }: ListenSettings, mayMove: boolean): Promise<number> {
  for (let candidate = port; candidate < port + MOST_TRIES; candidate++) {
    const free = await tryPort(host, candidate)
    if (free !== null) return free
    if (!mayMove || !portIsDefault) break
  }
  throw new StartRefused(`port ${port} is in use; set PORT to another one`)
}

function tryPort(host: string, port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null)
      else if (error.code === 'EACCES') reject(new StartRefused(`this user may not listen on port ${port}`))
      else reject(new StartRefused(`cannot listen on LATCHKEY_HOST: ${error.code}`))
    })
    probe.listen(port, host, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}
