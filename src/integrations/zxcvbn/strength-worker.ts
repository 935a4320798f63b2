import { Worker } from 'node:worker_threads'
import { strengthThread, type StrengthQuestion, type ThreadData, type ThreadMessage } from './strength-thread.js'

const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads')
const load = require('node:module').createRequire(workerData.base)
;(${strengthThread.toString()})(load, parentPort, workerData.dictionaries)
`

/** One running thread. It never keeps the process alive, and it dies alone: `onEnd` says so. */
export class StrengthWorker {
  readonly #worker: Worker

  constructor(dictionaries: ThreadData['dictionaries'], onMessage: (message: ThreadMessage) => void, onEnd: (cause: string) => void) {
    const workerData: ThreadData = { base: import.meta.url, dictionaries }
    // 49,000 ranked words and their indexes take some 40 MB; a runaway allocation ends the thread, not the process
    this.#worker = new Worker(SOURCE, { eval: true, workerData, resourceLimits: { maxOldGenerationSizeMb: 192 }, env: {}, execArgv: [] })
    this.#worker.on('message', onMessage)
    this.#worker.on('error', (error) => onEnd(error.message))
    this.#worker.on('exit', (code) => onEnd(`ended with ${code}`))
    this.#worker.unref()
  }

  ask(question: StrengthQuestion): void {
    this.#worker.postMessage(question)
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
