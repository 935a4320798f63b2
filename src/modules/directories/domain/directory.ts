import type { EventTask } from './event-task.js'

/** A configured system. `name` is what people call it ("Windows and email"), in one language for all. */
export type Directory = {
  readonly id: string
  readonly kind: string
  readonly name: string
  readonly description: string
  /** People sign in to self-service with its password. */
  readonly signIn: boolean
  readonly enabled: boolean
  readonly position: number
}
export type ConfiguredDirectory = Directory & { readonly revision: number; readonly eventTasks: readonly EventTask[] }
