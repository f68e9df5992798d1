/** The built program as a process, for tests of its output and its exit status. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { buildServer } from '../../scripts/build.mjs'
import { isBuilt } from '../../scripts/fingerprint.mjs'
import { root } from '../../scripts/run.mjs'
import { ensure } from '../../src/lib/assert.ts'

export class BuiltProgram {
  #folder = ''

  /** The program is built or copied before the tests of the file, and removed after them. */
  static ofThisFile(): BuiltProgram {
    const program = new BuiltProgram()
    beforeAll(() => program.#build(), 60_000)
    afterAll(() => rm(program.#folder, { recursive: true }))
    return program
  }

  /** Of the program, in which tests may put files. */
  get folder(): string {
    return this.#folder
  }

  start(...argv: readonly string[]): ChildProcess {
    return this.startIn(process.env, ...argv)
  }

  startIn(env: NodeJS.ProcessEnv, ...argv: readonly string[]): ChildProcess {
    const program = join(this.#folder, 'server/main.js')
    const child = spawn(process.execPath, [program, ...argv], { stdio: 'pipe', env })
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }

  /** The output and the exit status of a process. */
  async run(...argv: readonly string[]) {
    return outcomeOf(this.start(...argv))
  }

  async #build(): Promise<void> {
    // Outside of the project, where the program finds no package that is not bundled.
    this.#folder = await mkdtemp(join(tmpdir(), 'flowtrace-main-'))
    const server = join(this.#folder, 'server')
    // `npm test` has built it before.
    if (isBuilt(root)) await cp(join(root, 'dist/server'), server, { recursive: true })
    else await buildServer(server)
    await mkdir(join(this.#folder, 'client'))
    await writeFile(join(this.#folder, 'client/index.html'), '<!doctype html>')
  }
}

export async function outcomeOf(child: ChildProcess) {
  const [out, error, [code]] = await Promise.all([
    text(ensure(child.stdout, 'stdout')),
    text(ensure(child.stderr, 'stderr')),
    once(child, 'exit'),
  ])
  return { out, error, code: Number(code) }
}

/** The address that it prints. */
export async function addressOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: ensure(child.stdout, 'stdout') })) {
    const url = /https?:\S+/.exec(line)?.[0]
    if (url !== undefined) return url
  }
  throw new Error('The server printed no address')
}
