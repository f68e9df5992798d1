/** Starts the parts of a measurement as processes of their own, and asks them questions. */
import { type ChildProcess, fork } from 'node:child_process'
import process from 'node:process'

const ROLE = 'FLOWTRACE_BENCH_ROLE'

/** Answers the questions of the process that started this one; a question and its answer are JSON. */
export type RoleHandler = (question: Record<string, unknown>) => unknown

/** The role of this process; undefined for the one that measures. */
export function ownRole(): string | undefined {
  return process.env[ROLE]
}

/** Answers questions until the parent leaves. */
export function serveRole(handler: RoleHandler): void {
  process.on('message', (message: { number: number; question: Record<string, unknown> }) => {
    void Promise.resolve(handler(message.question)).then((answer) =>
      process.send?.({ number: message.number, answer: answer ?? null }),
    )
  })
  process.on('disconnect', () => process.exit(0))
}

export class Part {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: never) => void>()
  #number = 0

  /**
   * @param script the bundled benchmark, which is started again with a role
   * @param environment variables beside those of this process
   */
  constructor(
    script: string,
    role: string,
    args: Record<string, unknown> = {},
    environment: Readonly<Record<string, string>> = {},
  ) {
    this.#child = fork(script, [JSON.stringify(args)], {
      env: { ...process.env, ...environment, [ROLE]: role },
      serialization: 'advanced',
    })
    this.#child.on('message', ({ number, answer }: { number: number; answer: never }) => {
      this.#waiting.get(number)?.(answer)
      this.#waiting.delete(number)
    })
  }

  /** Answer is what the role's handler returns for that question. */
  ask<Answer>(question: Record<string, unknown>): Promise<Answer> {
    const number = ++this.#number
    return new Promise<Answer>((resolve) => {
      this.#waiting.set(number, resolve)
      this.#child.send({ number, question })
    })
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve))
    this.#child.kill('SIGKILL')
    await exited
  }
}

/** The arguments of a role. */
export function roleArguments(): Record<string, unknown> {
  return JSON.parse(process.argv[2] ?? '{}') as Record<string, unknown> // as Part wrote it
}
