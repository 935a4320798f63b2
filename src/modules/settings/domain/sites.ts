import { Injectable } from '@nestjs/common'
import { newId } from '../../../kernel/ids.js'
import { Database, type Queryable } from '../../../platform/database/database.js'
import { SiteStore } from '../persistence/site.store.js'
import { SiteSettings, UNCONFIGURED_SITE } from './site-settings.js'

/** A change made by another process is seen within this time; unpublishing must bite within 60 s (decisions.md 11). */
const KNOWN_FOR_MS = 10_000

@Injectable()
export class Sites {
  #known: { readonly site: SiteSettings; readonly until: number } | null = null

  constructor(
    private readonly database: Database,
    private readonly store: SiteStore,
  ) {}

  async current(): Promise<SiteSettings> {
    if (this.#known && this.#known.until > performance.now()) return this.#known.site
    const row = await this.store.findFirst(this.database)
    const site = row ? SiteSettings.parse(row.settings) : UNCONFIGURED_SITE
    this.#known = { site, until: performance.now() + KNOWN_FOR_MS }
    return site
  }

  async save(on: Queryable, settings: SiteSettings): Promise<void> {
    const existing = await this.store.findFirst(on)
    await this.store.save(on, existing?.id ?? newId(), SiteSettings.parse(settings))
    this.#known = null
  }
}
