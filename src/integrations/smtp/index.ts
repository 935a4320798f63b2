export { SmtpClient, type OutgoingMail } from './smtp-client.js'
export { SmtpFailure } from './smtp-failure.js'
export { parseSmtpUrl, type SmtpServer } from './smtp-url.js'
