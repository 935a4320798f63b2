import { newId } from '../../../kernel/ids.js'
import { onCommandLine } from '../../audit/index.js'
import type { Directories } from '../domain/directories.js'
import { EVENT_TASKS, type WorkflowStep } from '../domain/event-task.js'
import type { EventTaskSwitch } from '../domain/event-task-switch.js'
import { DIRECTORY_EXIT } from './run-directory-command.js'

export type RunEventTasksOptions = {
  readonly directories: Pick<Directories, 'list'>
  readonly tasks: EventTaskSwitch
  /** Name or id. */
  readonly directory: string
  readonly on?: string
  readonly off?: string
  readonly asJson?: boolean
  readonly print?: (line: string) => void
}

/** Shows which operation each step is in a directory, or switches one of them. */
export async function runEventTasks(options: RunEventTasksOptions): Promise<number> {
  const { directories, tasks, on, off, asJson = false, print = (line) => void process.stdout.write(`${line}\n`) } = options
  const directory = directories.list().find(({ id, name }) => id === options.directory || name === options.directory)
  const unknown = [on, off].find((step) => step !== undefined && !isStep(step))
  if (!directory || unknown !== undefined) {
    const steps = EVENT_TASKS.map(({ step }) => step).join(', ')
    const why = directory ? `no event task is called ${unknown}; there are ${steps}` : `no directory is called ${options.directory}`
    print(`REFUSED, nothing was saved: ${why}`)
    return DIRECTORY_EXIT.refused
  }
  if (off !== undefined) await tasks.set(directory.id, off as WorkflowStep, false, onCommandLine(newId()))
  if (on !== undefined) await tasks.set(directory.id, on as WorkflowStep, true, onCommandLine(newId()))
  const list = tasks.list(directory.id)
  if (asJson) print(JSON.stringify(list, null, 2))
  else for (const { name, operation, enabled, step } of list) print(`  ${enabled ? 'on ' : 'OFF'}  ${step.padEnd(8)}  ${name} = ${operation}`)
  if (on === 'add' || on === 'remove') print('What happened meanwhile is taken over by the next import of everything: import <directory> --full')
  return DIRECTORY_EXIT.done
}

const isStep = (step: string): boolean => EVENT_TASKS.some((task) => task.step === step)
