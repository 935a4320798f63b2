import type { ReactNode } from 'react'
import type { Answer } from './api.js'
import { problemText } from './error-texts.js'
import { loadAllTexts } from './language.js'
import type { Text } from './text.js'

type Failure = Extract<Answer<unknown>, { ok: false }>

/** The text for a failed call. When nothing of ours answered it is said that we do not know whether it arrived. */
export async function failureText(failure: Failure, text: Text): Promise<ReactNode> {
  if (!failure.reached) return text.t('error.unreached')
  await loadAllTexts().catch(() => undefined)
  return problemText(failure.problem)
}
