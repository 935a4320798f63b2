import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Database } from '../database/database.js'
import { Scheduler } from '../scheduler/index.js'

const SWEEP_EVERY_MS = 60_000
/** Rows a statement, so that a sweep after a flood holds no lock for long. */
const BATCH = 5_000
const REFUSALS_KEPT_DAYS = 90

/** Ended budgets say nothing any more; refusals are kept as long as someone may ask about an attack. */
@Injectable()
export class LimitSweep implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly scheduler: Scheduler,
  ) {}

  onModuleInit(): void {
    this.scheduler.every({ name: 'limits.sweep', everyMs: SWEEP_EVERY_MS, work: () => this.sweep() })
  }

  async sweep(): Promise<void> {
    while ((await this.database.execute(DELETE_BUDGETS, [BATCH])) === BATCH);
    while ((await this.database.execute(DELETE_REFUSALS, [BATCH, REFUSALS_KEPT_DAYS])) === BATCH);
  }
}

// SKIP LOCKED: a row somebody charges right now is about to begin a new window. Two sweeping processes share the work.
const DELETE_BUDGETS = `
  DELETE FROM limit_budget WHERE (rule, key_hash) IN (
    SELECT rule, key_hash FROM limit_budget WHERE window_ends < now() ORDER BY window_ends LIMIT $1 FOR UPDATE SKIP LOCKED)`
const DELETE_REFUSALS = `
  DELETE FROM limit_refusal WHERE (source_hash, rule, minute) IN (
    SELECT source_hash, rule, minute FROM limit_refusal WHERE minute < now() - make_interval(days => $2)
    ORDER BY minute LIMIT $1 FOR UPDATE SKIP LOCKED)`
