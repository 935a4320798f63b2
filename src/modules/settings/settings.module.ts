import { Module } from '@nestjs/common'
import { Sites } from './domain/sites.js'
import { SiteStore } from './persistence/site.store.js'

@Module({ providers: [SiteStore, Sites], exports: [Sites] })
export class SettingsModule {}
