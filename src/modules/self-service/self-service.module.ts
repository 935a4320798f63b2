import { Module } from '@nestjs/common'
import { DirectoriesModule } from '../directories/index.js'
import { IdentityModule } from '../identity/index.js'
import { PasswordsModule } from '../passwords/index.js'
import { ProvisioningModule } from '../provisioning/index.js'
import { SettingsModule } from '../settings/index.js'
import { VerificationModule } from '../verification/index.js'
import { Admission } from './domain/admission.js'
import { AskAgain } from './domain/ask-again.js'
import { ChangeAids } from './domain/change-aids.js'
import { ChangePassword } from './domain/change-password.js'
import { DecoyNotices } from './domain/decoy-notices.js'
import { FindSubject } from './domain/find-subject.js'
import { FlowAccess } from './domain/flow-access.js'
import { FlowViews } from './domain/flow-views.js'
import { KnownPasswords } from './domain/known-passwords.js'
import { OpenRequest } from './domain/open-request.js'
import { OwnAccounts } from './domain/own-accounts.js'
import { PasswordAids } from './domain/password-aids.js'
import { PersonGate } from './domain/person-gate.js'
import { PolicyRefusals } from './domain/policy-refusals.js'
import { RequestGate } from './domain/request-gate.js'
import { RequestTasks } from './domain/request-tasks.js'
import { RerunRequest } from './domain/rerun-request.js'
import { ResultMessages } from './domain/result-messages.js'
import { SendCode } from './domain/send-code.js'
import { ServiceRequests } from './domain/service-requests.js'
import { Sessions } from './domain/sessions.js'
import { SettleFlow } from './domain/settle-flow.js'
import { SettleRequests } from './domain/settle-requests.js'
import { StartFlow } from './domain/start-flow.js'
import { SubmitFlow } from './domain/submit-flow.js'
import { TakeAnswer } from './domain/take-answer.js'
import { VoidAfterRestore } from './domain/void-after-restore.js'
import { PasswordResetController, UnlockController } from './http/flow.controller.js'
import { SessionController } from './http/session.controller.js'
import { SiteController } from './http/site.controller.js'
import { ForgetOldFlows } from './jobs/forget-old-flows.js'
import { FlowStore } from './persistence/flow.store.js'
import { ServiceRequestStore } from './persistence/service-request.store.js'
import { SessionStore } from './persistence/session.store.js'
import { SelfServiceSettings } from './self-service-settings.js'

/** Needs, globally: Database, KeyRing, Checkpoints, Limiter, Scheduler, AuditLog, Notifications, and the HTTP frame. */
@Module({
  imports: [SettingsModule, DirectoriesModule, IdentityModule, ProvisioningModule, VerificationModule, PasswordsModule],
  controllers: [SiteController, PasswordResetController, UnlockController, SessionController],
  providers: [
    SelfServiceSettings,
    FlowStore, ServiceRequestStore, SessionStore,
    Admission, FindSubject, DecoyNotices, StartFlow,
    FlowAccess, SendCode, TakeAnswer,
    OwnAccounts, PasswordAids, PolicyRefusals, PersonGate, RequestGate, RequestTasks, OpenRequest, RerunRequest, AskAgain,
    SubmitFlow,
    ServiceRequests, ResultMessages, SettleFlow, SettleRequests, FlowViews,
    Sessions, KnownPasswords, ChangeAids, ChangePassword,
    ForgetOldFlows, VoidAfterRestore,
  ],
  exports: [SelfServiceSettings],
})
export class SelfServiceModule {}
