import { createWriteStream } from 'node:fs'
import type { Settings } from '../config/settings.js'
import { currentCorrelationId } from '../platform/http/index.js'
import { Log } from '../platform/telemetry/index.js'
import { productVersion } from './product-version.js'

/** Standard output, or a file when the terminal belongs to a newcomer. What ends the process is its last line. */
export function openLog({ log: { level, file } }: Settings): Log {
  const destination = file === null ? undefined : createWriteStream(file, { flags: 'a', mode: 0o600 })
  destination?.on('error', (error: NodeJS.ErrnoException) => {
    process.stderr.write(`the log file cannot be written: ${error.code}\n`)
  })
  const log = new Log({ level, version: productVersion(), correlationId: currentCorrelationId }, destination)
  process.on('uncaughtExceptionMonitor', (error) => log.fatal({ error }, 'ended by an unexpected error'))
  return log
}
