import { Injectable } from '@nestjs/common'
import { DomainError } from '../../../kernel/domain-error.js'
import { Limiter } from '../../../platform/limits/index.js'
import { AuditLog } from '../../audit/index.js'
import { Sites } from '../../settings/index.js'
import { SelfServiceSettings } from '../self-service-settings.js'

export type SelfServiceName = 'reset' | 'change' | 'unlock' | 'requests'

/** What is asked before anything is done for anyone: can it be recorded, is it published, is there budget left. */
@Injectable()
export class Admission {
  constructor(
    private readonly audit: AuditLog,
    private readonly sites: Sites,
    private readonly limiter: Limiter,
    private readonly settings: SelfServiceSettings,
  ) {}

  /** Asked at the start of a service and again at its write (decisions.md 11). */
  async assertOpen(service: SelfServiceName): Promise<void> {
    this.audit.assertWritable()
    await this.assertPublished(service)
  }

  /** For looking: it does nothing, so it needs no trail. */
  async assertPublished(service: SelfServiceName): Promise<void> {
    const site = await this.sites.current()
    if (!site.services[service]) throw new DomainError('NOT_ENTITLED')
  }

  /** One more flow from this address and for this name, known or not. */
  async countStart(address: string, identifierKey: Buffer): Promise<void> {
    await this.limiter.consumeAll([
      { rule: this.settings.startsPerAddress, key: address },
      { rule: this.settings.startsPerIdentifier, key: identifierKey },
    ])
  }

  async countSignIn(address: string): Promise<void> {
    this.audit.assertWritable()
    await this.limiter.consume(this.settings.signInsPerAddress, address)
  }

  /** The meter answers while someone types; it must not become an oracle for a cracking job. */
  async countCheck(of: { readonly kind: 'flow' | 'session'; readonly id: string }): Promise<void> {
    await this.limiter.consume(this.settings.checksPerFlow, `${of.kind} ${of.id}`)
  }
}
