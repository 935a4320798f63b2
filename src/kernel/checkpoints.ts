/**
 * Labelled places in the walk where a process may die and the rest must still come out right. In the product they do
 * nothing; the kill suite binds an implementation that ends the process at a chosen label (test/kill).
 */
export abstract class Checkpoints {
  abstract reach(label: CheckpointLabel): Promise<void>
}

export const CHECKPOINT_LABELS = [
  'flow.started', 'challenge.committed', 'outbox.before-send', 'outbox.after-send',
  'answer.counted', 'answer.consumed', 'submit.before-commit', 'submit.after-commit',
  'task.claimed', 'task.intent-committed', 'task.before-write', 'task.after-write',
  'settle.before-commit', 'settle.after-commit', 'reconcile.before-read', 'sequencer.before-commit', 'checkpoint.before-append',
] as const
export type CheckpointLabel = (typeof CHECKPOINT_LABELS)[number]

export class NoCheckpoints extends Checkpoints {
  override async reach(_label: CheckpointLabel): Promise<void> {}
}
