import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common'
import type { StrengthAnswer, StrengthMatch, ThreadMessage } from '../../../integrations/zxcvbn/strength-thread.js'
import { StrengthWorker } from '../../../integrations/zxcvbn/strength-worker.js'
import type { SecretText } from '../../../kernel/secret-text.js'
import { LOCAL_COMMON_PASSWORDS } from '../data/common-passwords.js'
import { SEASONS_AND_MONTHS } from '../data/seasons.js'
import { PasswordPolicySettings } from './password-policy-settings.js'
import { wordParts } from './person-words.js'

/** Text keys: why the password is easy to guess. null: nothing stands out. */
export type StrengthReason = 'common' | 'name' | 'year' | 'repeat' | 'sequence' | 'keyboard' | 'short'
export type Strength = { readonly score: 0 | 1 | 2 | 3 | 4; readonly reason: StrengthReason | null }

/** What the thread sees of a password; cost grows steeply with length, and 64 characters decide the score anyway. */
const LONGEST_INPUT = 64
const MOST_WORDS = 200
/** From this score on there is nothing to explain. */
const GOOD = 3

const REASON_OF_KIND: Readonly<Record<string, StrengthReason>> = {
  common: 'common', local: 'common', userInputs: 'name', seasons: 'year', date: 'year', repeat: 'repeat', sequence: 'sequence', spatial: 'keyboard',
}

type Waiting = {
  readonly password: string
  readonly budgetMs: number
  readonly words: readonly string[]
  readonly answer: (strength: Strength | null) => void
  readonly giveUp: NodeJS.Timeout
}

/**
 * How many guesses a password would withstand, 0 to 4, measured in one worker thread so that a hostile input costs the
 * thread its life and nobody else a millisecond. The score is advice: when there is none (overrun, dead thread, too many
 * waiting) the answer is null, and the rules alone decide.
 */
@Injectable()
export class StrengthMeter implements OnModuleInit, OnApplicationShutdown {
  readonly #log = new Logger('StrengthMeter')
  readonly #waiting: Waiting[] = []
  #worker: StrengthWorker | null = null
  #ready = false
  #asked: { id: number; question: Waiting; timers: readonly NodeJS.Timeout[] } | null = null
  #lastId = 0
  #startsInARow = 0
  #closed = false
  /** Threads replaced since the start: a metric, and what the tests watch. */
  restarts = 0

  constructor(private readonly settings: PasswordPolicySettings) {}

  onModuleInit(): void {
    this.#start()
  }

  async onApplicationShutdown(): Promise<void> {
    this.#closed = true
    this.#giveUpAll()
    this.#asked?.timers.forEach(clearTimeout)
    this.#asked?.question.answer(null)
    await this.#worker?.end()
  }

  /** @param words names and organisation words, most telling first; the first 200 parts count. */
  measure(password: SecretText, words: readonly string[], budgetMs = this.settings.meterBudgetMs): Promise<Strength | null> {
    if (this.#closed || this.#waiting.length >= this.settings.meterQueue) return Promise.resolve(null)
    if (!this.#worker) this.#start()
    return new Promise((resolve) => {
      const question: Waiting = {
        password: [...password.reveal()].slice(0, LONGEST_INPUT).join(''),
        budgetMs,
        words: wordParts(words).slice(0, MOST_WORDS),
        answer: resolve,
        giveUp: setTimeout(() => {
          this.#waiting.splice(this.#waiting.indexOf(question), 1)
          resolve(null)
        }, this.settings.meterWaitMs),
      }
      this.#waiting.push(question)
      this.#next()
    })
  }

  #start(): void {
    if (this.#closed || this.#worker) return
    const worker: StrengthWorker = new StrengthWorker(
      { seasons: SEASONS_AND_MONTHS, local: LOCAL_COMMON_PASSWORDS },
      (message) => worker === this.#worker && this.#hear(message),
      (cause) => worker === this.#worker && this.#lost(cause),
    )
    this.#worker = worker
    this.#ready = false
  }

  #hear(message: ThreadMessage): void {
    if ('ready' in message) {
      this.#ready = true
      this.#startsInARow = 0
    } else if (this.#asked?.id === message.id) {
      const { question, timers } = this.#asked
      timers.forEach(clearTimeout)
      this.#asked = null
      question.answer(toStrength(message, question.password))
    }
    this.#next()
  }

  #next(): void {
    if (!this.#ready || this.#asked || !this.#worker) return
    const question = this.#waiting.shift()
    if (!question) return
    clearTimeout(question.giveUp)
    const id = this.#lastId += 1
    // Two bounds: the person is answered after the first (answering twice does nothing). The thread lives until the
    // second, because on a busy machine a new one would cost more than it saves.
    const late = setTimeout(() => question.answer(null), question.budgetMs)
    const stuck = setTimeout(() => this.#lost('stuck on one password'), this.settings.meterStuckMs)
    this.#asked = { id, question, timers: [late, stuck] }
    this.#worker.ask({ id, password: question.password, words: question.words })
  }

  /** The question at hand is answered without a score; those waiting go to the next thread. */
  #lost(cause: string): void {
    const worker = this.#worker
    this.#worker = null
    this.#ready = false
    if (this.#asked) {
      this.#asked.timers.forEach(clearTimeout)
      this.#asked.question.answer(null)
      this.#asked = null
    }
    if (this.#closed) return
    this.restarts += 1
    this.#log.warn(`thread replaced: ${cause}`)
    void worker?.end().catch(() => undefined)
    // a thread that cannot even start is tried again with the next question, not in a circle
    this.#startsInARow += 1
    if (this.#startsInARow <= 3) this.#start()
    else this.#giveUpAll()
  }

  #giveUpAll(): void {
    for (const { answer, giveUp } of this.#waiting.splice(0)) {
      clearTimeout(giveUp)
      answer(null)
    }
  }
}

/** The reason is the kind of match that covers most of the password. */
function toStrength({ score, matches }: StrengthAnswer, password: string): Strength {
  if (score >= GOOD) return { score, reason: null }
  const covered = new Map<StrengthReason, number>()
  for (const match of matches) {
    const reason = reasonOf(match)
    if (reason) covered.set(reason, (covered.get(reason) ?? 0) + match.length)
  }
  const [widest] = [...covered].sort(([, left], [, right]) => right - left)
  if (widest) return { score, reason: widest[0] }
  return { score, reason: password.length < 12 ? 'short' : null }
}

const reasonOf = ({ kind }: StrengthMatch): StrengthReason | undefined => REASON_OF_KIND[kind]
