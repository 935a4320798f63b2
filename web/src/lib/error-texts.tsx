import type { ErrorCode } from '@contract/error-codes.js'
import { formatText } from '@contract/error-texts/format.js'
import type { Problem, TextParams } from '@contract/problem.contract.js'
import type { ReactNode } from 'react'
import { currentLanguage, errorTexts } from './language.js'

/** Strings in `params` are data of others: each is set apart with <bdi>. */
export function errorText(code: ErrorCode, params: TextParams = {}): ReactNode {
  const language = currentLanguage()
  const template = errorTexts()?.[code]
  if (!template) return code
  const data: string[] = []
  const marked = Object.fromEntries(Object.entries(params).map(([name, value]) =>
    [name, typeof value === 'string' && value && !INSTANT.test(value) ? mark(data.push(value) - 1) : value]))
  return formatText(template, language, marked).split(MARK).map((part, index) =>
    index % 2 === 0 ? part : <bdi key={index}>{data[Number(part)]}</bdi>)
}

const INSTANT = /^\d{4}-\d\d-\d\dT/
/** Private-use characters, which no text and no name contains. */
const mark = (index: number): string => `\uE000${index}\uE001`
const MARK = /\uE000(\d+)\uE001/

/** What to say about a failed call. A text that is not at hand is replaced by the server's own. */
export function problemText(problem: Problem): ReactNode {
  const params = { ...problem.params, ...(problem.retryAt && { retryAt: problem.retryAt }) }
  return errorTexts() ? errorText(problem.code, params) : problem.detail
}
