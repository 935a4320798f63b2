import type { LoggerService } from '@nestjs/common'
import type { Log } from './log.js'

type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** Nest's own account of how it starts: a line a module and route, for the one who asks for debug. */
const CHATTER = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication'])

/**
 * Carries what Nest and `new Logger('Context')` say into the one log. Nest passes (message, ...rest, context) and, for
 * errors, a stack before the context; objects and errors become redacted facts, never text.
 */
export class NestLog implements LoggerService {
  constructor(private readonly target: Log) {}
  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest)
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest)
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest)
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest)
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest)
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest)
  }

  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.pop() as string) : undefined
    if (level === 'info' && context !== undefined && CHATTER.has(context)) return this.write('debug', message, [...rest, context])
    const facts: Record<string, unknown> = context === undefined ? {} : { context }
    // A stack as text repeats the error's message, which may quote input; only its frames are kept.
    const stack = rest.find((item): item is string => typeof item === 'string' && /\n\s+at /.test(item))
    if (stack) facts['stack'] = stack.split('\n').filter((line) => /^\s+at /.test(line)).map((line) => line.trim()).join('\n')
    const others = rest.filter((item) => item !== undefined && item !== stack)
    if (others.length > 0) facts['more'] = others
    if (typeof message === 'string') return this.target[level](facts, message)
    facts[message instanceof Error ? 'error' : 'facts'] = message
    this.target[level](facts, context ?? 'message')
  }
}
