export { Notifications, TEMPLATES, type Message, type Template, type TemplateParams } from './domain/notifications.js'
export { DemoInbox, type DemoMail } from './domain/demo-inbox.js'
export { NotificationsSettings } from './domain/notifications-settings.js'
export { NotificationsModule } from './notifications.module.js'
