import { Injectable } from '@nestjs/common'
import { Database } from '../../../../platform/database/database.js'
import { ImportTuning } from '../import-settings.js'
import { ImportRunStore, type RunCounts } from '../persistence/import-run.store.js'
import { ImportPageStore } from '../persistence/import-page.store.js'
import { ImportPage, RunTakenOver, type RunContext } from './import-page.js'

type Settled = { readonly counts: RunCounts; readonly stopped: boolean }

/**
 * What a run did not find any more. Marked, never deleted. When it is more than a few, the read may have been of the wrong
 * place or with too few rights: nothing is marked until somebody says that it is true.
 */
@Injectable()
export class MarkGone {
  constructor(
    private readonly database: Database,
    private readonly runs: ImportRunStore,
    private readonly accounts: ImportPageStore,
    private readonly pages: ImportPage,
    private readonly tuning: ImportTuning,
  ) {}

  async settle(run: RunContext, { counts: before, complete }: { counts: RunCounts; complete: boolean }, confirmed: boolean): Promise<Settled> {
    const { runId, directoryId } = run
    const gone = await this.database.transaction((tx) => this.runs.countGone(tx, runId, directoryId, complete))
    const counts = { ...before, gone }
    const known = (await this.runs.find(this.database, runId))?.known ?? 0
    // nobody is asked to confirm what is not done; the run says that it was not
    if (run.switchedOff.includes('remove')) return { counts, stopped: false }
    if (gone > this.#limit(known) && !(confirmed && gone <= await this.#confirmable(directoryId, known))) return { counts, stopped: true }
    for (let left = run.dryRun ? 0 : gone; left > 0;) {
      const marked = await this.database.transaction(async (tx) => {
        const rows = await this.runs.markGone(tx, runId, directoryId, complete, this.tuning.goneBatch)
        if (!(await this.runs.progress(tx, runId, counts))) throw new RunTakenOver()
        const personIds = [...new Set(rows.flatMap(({ personId }) => personId ?? []))]
        await this.accounts.lockPeople(tx, personIds)
        await this.pages.refresh(tx, { run, personIds, isNew: [], touched: personIds })
        return rows.length
      })
      left = marked === 0 ? 0 : left - marked
    }
    return { counts, stopped: false }
  }

  #limit(known: number): number {
    return (known * this.tuning.goneLimitPercent) / 100
  }

  /** What was looked at, and no more on top of it than any run may do by itself. */
  async #confirmable(directoryId: string, known: number): Promise<number> {
    const earlier = (await this.runs.list(this.database, directoryId, 2)).find(({ state }) => state !== 'running')
    return earlier?.state === 'needs-confirmation' ? earlier.gone + this.#limit(known) : 0
  }
}
