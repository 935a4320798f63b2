import { Injectable } from '@nestjs/common'
import type { FlowKind, FlowView, Language } from '../../../contract/self-service.contract.js'
import { newBrowserToken } from '../../../kernel/browser-token.js'
import { Checkpoints } from '../../../kernel/checkpoints.js'
import { newId } from '../../../kernel/ids.js'
import { KeyRing } from '../../../platform/crypto/keyring.js'
import { Database } from '../../../platform/database/database.js'
import { AuditLog } from '../../audit/index.js'
import { Verification, type Subject } from '../../verification/index.js'
import { FlowStore } from '../persistence/flow.store.js'
import { Admission } from './admission.js'
import { DecoyNotices } from './decoy-notices.js'
import { FindSubject } from './find-subject.js'
import { PURPOSE_OF, sealTypedMask } from './flow-access.js'

export type StartRequest = {
  readonly kind: FlowKind
  readonly identifier: string
  readonly language: Language
  readonly address: string
  readonly correlationId: string
}


/** Step 1 of the walk. */
@Injectable()
export class StartFlow {
  constructor(
    private readonly database: Database,
    private readonly keys: KeyRing,
    private readonly admission: Admission,
    private readonly subjects: FindSubject,
    private readonly verification: Verification,
    private readonly flows: FlowStore,
    private readonly audit: AuditLog,
    private readonly notices: DecoyNotices,
    private readonly checkpoints: Checkpoints,
  ) {}

  /**
   * Opens a flow for whoever was typed. A known and an unknown person cost the same statements, so neither the answer
   * nor its time tells them apart. No directory is called and no mail is made before the answer.
   */
  async start(request: StartRequest): Promise<{ flow: FlowView; cookie: string }> {
    await this.admission.assertOpen(request.kind)
    const identifierKey = this.subjects.identifierKey(request.identifier)
    await this.admission.countStart(request.address, identifierKey)
    const purpose = PURPOSE_OF[request.kind]
    const { subject, onRecord, reason } = await this.subjects.find(request.identifier, identifierKey, request.language, purpose)
    const methods = await this.verification.offers(this.database, subject, purpose)
    const id = newId()
    const cookie = newBrowserToken()
    const expiresAt = await this.write(id, cookie, subject, request)
    await this.checkpoints.reach('flow.started')
    if (onRecord && reason) this.notices.tell(onRecord.person, onRecord.contacts, reason, request)
    return { cookie, flow: newFlowView(id, request.kind, expiresAt, methods) }
  }

  private write(id: string, cookie: string, subject: Subject, request: StartRequest): Promise<Date> {
    return this.database.transaction(async (tx) => {
      const expiresAt = await this.flows.insert(tx, {
        id,
        kind: request.kind,
        person_id: subject.personId,
        subject_key: subject.subjectKey,
        identifier_key: subject.identifierKey,
        typed_mask: sealTypedMask(this.keys, id, subject),
        language: request.language,
        cookie_hash: this.keys.hash('flow-cookie', cookie),
      })
      await this.audit.record(tx, {
        action: 'self-service.flow.started',
        outcome: 'info',
        channel: 'self-service',
        correlationId: request.correlationId,
        actor: { kind: 'anonymous', id: null },
        personId: subject.personId,
        identifierHash: subject.personId ? null : subject.identifierKey,
        facts: { kind: request.kind, flow: id, real: subject.personId !== null },
      })
      return expiresAt
    })
  }
}

function newFlowView(id: string, kind: FlowKind, expiresAt: Date, methods: FlowView['methods']): FlowView {
  return {
    id, kind, methods, state: 'choosing-method', expiresAt: expiresAt.toISOString(),
    challenge: null, lockedUntil: null, verifiedUntil: null, accounts: null, policy: null, request: null,
  }
}
