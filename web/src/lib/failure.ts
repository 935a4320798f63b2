import type { Answer } from './api.js'
import { problemText } from './error-texts.js'
import { loadAllTexts } from './language.js'
import type { Mistake } from './submitting.js'

type Failure = Extract<Answer<unknown>, { ok: false }>

/** What to say of a failed call. When nothing of ours answered it is said that we do not know whether it arrived. */
export async function mistakeFrom({ reached, problem }: Failure, field?: string): Promise<Mistake> {
  if (!reached) return { say: ({ t }) => t('error.unreached'), field }
  await loadAllTexts().catch(() => undefined)
  return { say: () => problemText(problem), field }
}
