import { setTimeout as pause } from 'node:timers/promises'
import type { InboxView } from '../../../src/contract/self-service.contract.js'
import { codeIn } from '../../api/harness/walk.js'

export type Mail = InboxView['messages'][number]
const WITHIN_MS = 20_000

/** The demo's mails as somebody reads them who opens each once: `next` never gives a mail of an earlier walk. */
export class Inbox {
  readonly #opened = new Set<string>()

  constructor(private readonly origin: () => string) {}

  /** Newest first. */
  async list(): Promise<Mail[]> {
    const answer = await fetch(`${this.origin()}/api/v1/demo/inbox`)
    return ((await answer.json()) as InboxView).messages
  }

  async listTo(address: string): Promise<Mail[]> {
    return (await this.list()).filter((mail) => mail.to === address)
  }

  /** The oldest unopened mail to this address with these words in its subject; waits until there is one. */
  async next(address: string, subject: RegExp = /./): Promise<Mail> {
    const deadline = Date.now() + WITHIN_MS
    while (Date.now() < deadline) {
      const mail = (await this.listTo(address)).findLast(({ id, ...rest }) => !this.#opened.has(id) && subject.test(rest.subject))
      if (mail) {
        this.#opened.add(mail.id)
        return mail
      }
      await pause(50)
    }
    throw new Error(`no mail to ${address} with ${subject} in its subject within ${WITHIN_MS} ms`)
  }

  async nextCode(address: string): Promise<string> {
    return codeIn((await this.next(address, /^(Code to|Koodi) /)).text)
  }
}

/** Eight digits that are certainly not these. */
export const wrongCode = (right: string): string => String((Number(right) + 1) % 100_000_000).padStart(8, '0')
