import { Module } from '@nestjs/common'
import { DirectoriesModule } from '../directories/index.js'
import { ExecutionGates } from './domain/execution-gates.js'
import { Executor } from './domain/executor.js'
import { Provisioning } from './domain/provisioning.js'
import { ProvisioningHooks } from './domain/provisioning-hooks.js'
import { ProvisioningSettings } from './domain/provisioning-settings.js'
import { Reconciler } from './domain/reconciler.js'
import { Settlement } from './domain/settlement.js'
import { TaskAudit } from './domain/task-audit.js'
import { TaskSecret } from './domain/task-secret.js'
import { VoidAfterRestore } from './domain/void-after-restore.js'
import { ProvisioningWorker } from './jobs/provisioning-worker.js'
import { ClaimStore } from './persistence/claim.store.js'
import { TaskStore } from './persistence/task.store.js'

/** Database, KeyRing, Checkpoints, QueueRunner and Scheduler come from the composition root's global modules. */
@Module({
  imports: [DirectoriesModule],
  providers: [
    Provisioning, ProvisioningSettings, ProvisioningHooks, TaskSecret, TaskAudit, ExecutionGates, Executor, Reconciler, Settlement,
    TaskStore, ClaimStore, ProvisioningWorker, VoidAfterRestore,
  ],
  exports: [Provisioning],
})
export class ProvisioningModule {}
