export { Notifications, TEMPLATES, type Message, type Template } from './domain/notifications.js'
