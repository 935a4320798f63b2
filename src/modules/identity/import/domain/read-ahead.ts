/** A page, and the word that the next one may be read while this one is being written. Without it, it is read afterwards. */
export type Ahead<Page> = { readonly page: Page; readonly goOn: () => void }

/** At most one page ahead: the directory and the database work at the same time, and memory holds two pages. */
export async function* readAhead<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Ahead<Page>> {
  const source = pages[Symbol.asyncIterator]()
  let next = source.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      let asked = false
      const goOn = (): void => {
        if (asked) return
        asked = true
        next = source.next()
        next.catch(() => undefined) // told when its turn comes
      }
      yield { page: value, goOn }
      goOn()
    }
  } finally {
    await next.catch(() => undefined)
    await source.return?.()
  }
}
