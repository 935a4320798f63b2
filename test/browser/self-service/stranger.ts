import type { Person } from './person.js'

/** What can be read on the way to a code that never proves anybody. */
export type StrangerPages = { readonly method: string; readonly code: string; readonly wrong: string }

/**
 * Walks up to a wrong code and reads every page. What may differ (the name that was typed, the masked contact, the time) is
 * replaced; everything else must be the same whoever was typed.
 */
export async function walkAsStranger(person: Person, typed: string): Promise<StrangerPages> {
  const neutral = (text: string): string =>
    text.replaceAll(typed, '<typed>').replace(/\S•••@[\w.-]+?(?=\.?\s|$)/g, '<masked>').replace(/\b\d?\d:\d\d\b/g, '<time>')
  await person.start(typed)
  const method = neutral(await person.reads())
  await person.askForCode()
  const code = neutral(await person.reads())
  await person.answer('00000000')
  await person.page.locator('.error-summary').waitFor()
  const wrong = neutral(await person.reads())
  return { method, code, wrong }
}
