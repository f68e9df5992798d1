import { type ChildProcess, spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url))

/** The built program as a process of its own, with the flags of a user. */
export class Program {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(url: string, child: ChildProcess) {
    this.url = url
    this.#process = child
  }

  /** Resolves when it has printed its address. Rejects with what it printed when it ends before. */
  static start(...flags: readonly string[]): Promise<Program> {
    return Program.startAt(MAIN, ...flags)
  }

  /** As {@link start}, with another copy of the program. */
  static async startAt(main: string, ...flags: readonly string[]): Promise<Program> {
    const child = spawn(process.execPath, [main, '--port', '0', ...flags], { stdio: 'pipe' })
    let printed = ''
    const url = await new Promise<string>((resolve, reject) => {
      const onText = (chunk: Buffer): void => {
        printed += chunk.toString()
        const found = /https?:\/\/127\.0\.0\.1:\d+\/[\w/-]*/.exec(printed)
        if (found !== null) resolve(found[0])
      }
      child.stdout.on('data', onText)
      child.stderr.on('data', onText)
      child.once('exit', (code) => reject(new Error(`flowtrace ended with ${code}: ${printed}`)))
    })
    return new Program(url, child)
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return
    const ended = new Promise((resolve) => {
      this.#process.once('exit', resolve)
    })
    this.#process.kill('SIGTERM')
    await ended
  }
}
