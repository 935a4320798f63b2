import { Module } from '@nestjs/common'
import { DirectoriesModule } from '../directories/index.js'
import { IdentityModule } from '../identity/index.js'
import { AccountBudget } from './domain/account-budget.js'
import { AnswerCode } from './domain/answer-code.js'
import { AttemptsNotice } from './domain/attempts-notice.js'
import { DecoyShapes } from './domain/decoy-shapes.js'
import { IssueCode } from './domain/issue-code.js'
import { KnownPassword } from './domain/known-password.js'
import { KnownPasswordTarget } from './domain/known-password-target.js'
import { MailCode } from './domain/mail-code.js'
import { PasswordBudget } from './domain/password-budget.js'
import { Proofs } from './domain/proofs.js'
import { RecordAnswer } from './domain/record-answer.js'
import { RemoveOld } from './domain/remove-old.js'
import { TenantBrake } from './domain/tenant-brake.js'
import { TryPassword } from './domain/try-password.js'
import { Verification } from './domain/verification.js'
import { VerificationSettings } from './domain/verification-settings.js'
import { VoidAfterRestore } from './domain/void-after-restore.js'
import { VerificationRetention } from './jobs/verification.retention.js'
import { BrakeStore } from './persistence/brake.store.js'
import { BudgetStore } from './persistence/budget.store.js'
import { ChallengeStore } from './persistence/challenge.store.js'
import { DecoyShapeStore } from './persistence/decoy-shape.store.js'
import { DeviceStore } from './persistence/device.store.js'
import { EvidenceStore } from './persistence/evidence.store.js'
import { PasswordBudgetStore } from './persistence/password-budget.store.js'

/** Also needs what the composition root makes global: database, keys, checkpoints, notifications, scheduler, telemetry. */
@Module({
  imports: [DirectoriesModule, IdentityModule],
  providers: [
    VerificationSettings,
    BrakeStore, BudgetStore, ChallengeStore, DecoyShapeStore, DeviceStore, EvidenceStore, PasswordBudgetStore,
    AccountBudget, PasswordBudget, TenantBrake, AttemptsNotice, RecordAnswer, DecoyShapes,
    IssueCode, AnswerCode, MailCode, KnownPasswordTarget, TryPassword, KnownPassword,
    Proofs, Verification, VoidAfterRestore, RemoveOld, VerificationRetention,
  ],
  exports: [Verification, VerificationSettings],
})
export class VerificationModule {}
