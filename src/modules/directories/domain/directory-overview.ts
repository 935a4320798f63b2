import { Injectable } from '@nestjs/common'
import type { DirectoryOverview as Overview, DirectoryStanding } from '../../../contract/directory-admin.contract.js'
import type { Directory } from './directory.js'
import { Directories } from './directories.js'
import { DirectoryCensus } from './directory-census.js'

/** The configured directories as an operator sees them: what they are, how they are, how much is in them. */
@Injectable()
export class DirectoryOverview {
  constructor(
    private readonly directories: Directories,
    private readonly census: DirectoryCensus,
  ) {}

  /** In the order in which people see them. No directory is asked. */
  async list(): Promise<Overview[]> {
    const countOf = await this.census.take()
    return this.directories.list().map((directory) => {
      const { id, kind, name, description, enabled, signIn } = directory
      const tasks = this.directories.eventTasks(id)
      return {
        id, kind, name, description, enabled, signIn,
        capabilities: [...this.directories.capabilities(id)].sort(),
        health: this.#standing(directory),
        counts: { ...countOf(id), eventTasks: tasks.length, eventTasksOff: tasks.filter((task) => !task.enabled).length },
      }
    })
  }

  #standing({ id, enabled }: Directory): DirectoryStanding {
    const nothing = { since: null, lastFailure: null }
    if (!enabled) return { state: 'off', ...nothing }
    const { state, since, lastFailure } = this.directories.health(id)
    // a circuit that nobody could use says nothing about the directory
    if (state === 'up' && this.directories.capabilities(id).size === 0) return { state: 'not-opened', ...nothing, lastFailure }
    return { state, since: since.toISOString(), lastFailure }
  }
}
