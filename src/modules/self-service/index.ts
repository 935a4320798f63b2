export { SelfServiceModule } from './self-service.module.js'
export { SelfServiceSettings } from './self-service-settings.js'
