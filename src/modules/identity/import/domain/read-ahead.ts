/** Asks for the next page while the present one is being written: the directory and the database work at the same time. */
export async function* readAhead<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  const source = pages[Symbol.asyncIterator]()
  let next = source.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = source.next()
      next.catch(() => undefined) // told when its turn comes
      yield value
    }
  } finally {
    await next.catch(() => undefined)
    await source.return?.()
  }
}
