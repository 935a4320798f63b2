export { Sites } from './domain/sites.js'
export { SiteSettings, UNCONFIGURED_SITE } from './domain/site-settings.js'
export { SettingsModule } from './settings.module.js'
