import type * as Zxcvbn from '@zxcvbn-ts/core'
import type * as Common from '@zxcvbn-ts/language-common'

/** What a match says about why a password is guessable, before anyone gives it a name for people. */
export type StrengthMatch = { readonly kind: string; readonly length: number }
export type StrengthAnswer = { readonly score: 0 | 1 | 2 | 3 | 4; readonly matches: readonly StrengthMatch[] }
export type StrengthQuestion = { readonly id: number; readonly password: string; readonly words: readonly string[] }
export type ThreadMessage =
  | { readonly ready: true }
  | ({ readonly id: number } & StrengthAnswer)
export type ThreadData = {
  /** Where packages are looked up from: code that a thread evaluates has no place of its own. */
  readonly base: string
  readonly dictionaries: Readonly<Record<string, readonly string[]>>
}
type Port = { on(event: 'message', listener: (question: StrengthQuestion) => void): void; postMessage(message: ThreadMessage): void }

/**
 * Body of the worker thread. It is handed over as source text, so that one file serves the build, the tests and any
 * bundler alike; hence it refers to nothing outside itself, not even to imports.
 */
/* istanbul ignore next -- counters of a coverage tool do not exist in the thread */
export function strengthThread(load: (name: string) => unknown, port: Port, dictionaries: ThreadData['dictionaries']): void {
  const core = load('@zxcvbn-ts/core') as typeof Zxcvbn
  const common = load('@zxcvbn-ts/language-common') as typeof Common
  const { qwerty, qwertz, keypad } = common.adjacencyGraphs
  // One factory for the life of the thread (building it takes 60 ms). The common list only: the full dictionaries take
  // 16 to 250 ms a check. Few figure-for-letter variants: the default of 512 lets "@4$5w0rd…" run for 160 ms.
  const factory = new core.ZxcvbnFactory({
    dictionary: { common: common.dictionary['passwords-common'], ...(dictionaries as Record<string, string[]>) },
    graphs: { qwerty, qwertz, keypad } as Zxcvbn.OptionsGraph,
    l33tMaxSubstitutions: 16,
    maxLength: 64,
  })
  const kindOf = (match: Zxcvbn.MatchExtended): string => {
    if (match.pattern === 'dictionary') return String(match.dictionaryName)
    if (match.pattern === 'regex' || match.pattern === 'date') return 'date'
    return match.pattern
  }
  const measure = (password: string, words: readonly string[]): StrengthAnswer => {
    const { score, sequence } = factory.check(password, [...words])
    return { score, matches: sequence.map((match) => ({ kind: kindOf(match), length: match.token.length })) }
  }
  // The first checks run uncompiled and take 50 ms and more: spend them before anybody waits.
  for (const sample of ['Summer2026!', 'qwertyuiop', 'aaaaaaaaaaaa', 'P@ssw0rd1980', 'xK3!fjs9Q2mz', '@4$5w0rd1l!@4$5w0rd1l!', '12.04.1980']) {
    for (let round = 0; round < 4; round += 1) measure(sample, ['sample', 'name'])
  }
  port.on('message', ({ id, password, words }) => port.postMessage({ id, ...measure(password, words) }))
  port.postMessage({ ready: true })
}
