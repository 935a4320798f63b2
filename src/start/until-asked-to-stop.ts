import { readFileSync } from 'node:fs'

const PARENT_POLL_MS = 500
const SHELLS = new Set(['sh', 'dash', 'bash', 'busybox'])

/**
 * Ends when this process should: a signal, or the death of the npm that runs it. `kill -9` on `npm start` reaches only
 * npm; without the second, a server nobody sees any more would keep the port and the data.
 */
export function untilAskedToStop(env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve(signal)) // again: no effect
    if (env['npm_lifecycle_event'] === undefined) return
    const parent = process.ppid
    // npm runs its scripts in a shell, which may or may not have made way for us.
    const between = parentOf(parent)
    const beyond = between && SHELLS.has(between.name) ? between.parent : null
    const poll = setInterval(() => {
      if (process.ppid === parent && (beyond === null || parentOf(parent)?.parent === beyond)) return
      clearInterval(poll)
      resolve('the end of npm')
    }, PARENT_POLL_MS)
    poll.unref()
  })
}

/** From /proc/<pid>/stat: "pid (name) state parent …". Elsewhere only the direct parent is watched. */
function parentOf(pid: number): { name: string; parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = stat.lastIndexOf(')')
    return { name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(stat.slice(end + 2).split(' ')[1]) }
  } catch {
    return null
  }
}
