/** Runs the user's own kubectl, as a child process without a shell. */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { failureOf } from './kubectl-failure.ts'

/** A kubectl that goes on for longer waits for something, such as a login in a browser window that nobody sees. */
const TIMEOUT_MS = 60_000
/** Kubernetes stores no object of more than 1.5 MB. */
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024

export interface KubectlOptions {
  /** Null for the current context of the user's configuration. */
  readonly context: string | null
  /** The variables of the child, of which PATH says where kubectl is; those of this process unless given. */
  readonly environment?: NodeJS.ProcessEnv
}

/** A kubectl that goes on until it is killed. */
export type KubectlProcess = ChildProcessByStdio<null, Readable, Readable>

export class Kubectl {
  readonly #context: string | null
  readonly #environment: NodeJS.ProcessEnv

  constructor({ context, environment = process.env }: KubectlOptions) {
    this.#context = context
    // Its messages are read here, so they have to be in English.
    this.#environment = { ...environment, LC_ALL: 'C' }
  }

  /** What it prints. Throws {@link KubectlFailure}, or the signal's reason after an abort. */
  run(args: readonly string[], signal: AbortSignal): Promise<string> {
    const options = {
      env: this.#environment,
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
      signal,
    }
    return new Promise((resolve, reject) => {
      execFile('kubectl', this.#withContext(args), options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout)
        else if (signal.aborted) reject(signal.reason)
        else reject(failureOf(error, stderr))
      })
    })
  }

  /** Starts a command that goes on. Listen for `error`, which tells that there is no kubectl. */
  start(args: readonly string[]): KubectlProcess {
    return spawn('kubectl', this.#withContext(args), {
      env: this.#environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    })
  }

  #withContext(args: readonly string[]): string[] {
    return this.#context === null ? [...args] : ['--context', this.#context, ...args]
  }
}
