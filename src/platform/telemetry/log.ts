import { pino, type DestinationStream, type LevelWithSilent, type Logger as Pino } from 'pino'
import { redacted } from './redaction.js'

export type LogLevel = LevelWithSilent
export type LogSettings = {
  readonly level?: LogLevel
  readonly version?: string
  /** Adds the correlation id of the request being served, when there is one. */
  readonly correlationId?: () => string | undefined
}

/**
 * The process's log: one JSON line an event on standard output. Facts go into the object, the message is a constant
 * sentence; every object passes `redacted`, so nobody has to remember to remove a secret.
 */
export class Log {
  readonly #pino: Pino
  constructor(settings: LogSettings = {}, destination?: DestinationStream) {
    const { level = 'info', version, correlationId } = settings
    const options = {
      level,
      base: version === undefined ? {} : { version },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
      mixin: () => {
        const id = correlationId?.()
        return id === undefined ? {} : { correlationId: id }
      },
    }
    this.#pino = destination ? pino(options, destination) : pino(options)
  }
  debug(facts: object, message: string): void {
    this.#write('debug', facts, message)
  }
  info(facts: object, message: string): void {
    this.#write('info', facts, message)
  }
  warn(facts: object, message: string): void {
    this.#write('warn', facts, message)
  }
  error(facts: object, message: string): void {
    this.#write('error', facts, message)
  }
  fatal(facts: object, message: string): void {
    this.#write('fatal', facts, message)
  }

  #write(level: 'debug' | 'info' | 'warn' | 'error' | 'fatal', facts: object, message: string): void {
    if (!this.#pino.isLevelEnabled(level)) return
    // An error given as the facts themselves keeps its place under `error`.
    this.#pino[level](redacted(facts instanceof Error ? { error: facts } : facts) as object, message)
  }
}
