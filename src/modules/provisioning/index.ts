export {
  Provisioning, OPEN_TASK_STATES,
  type Operation, type OperationKind, type Origin, type SettleListener, type Task, type TaskState, type WriteGate,
} from './domain/provisioning.js'
