/**
 * Who carries out a command now. A part of the screen takes a command on while it can do it; when two parts do, the one
 * that came last has it. A command that nobody has taken on does not apply.
 */
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

import type { CommandId } from './command-table.ts'

/** Does it; a sentence that it answers is said in the footer and read out. */
export type Run = () => string | void | Promise<string | void>

export class Commands {
  readonly #listeners = new Set<() => void>()
  readonly #takers = new Map<CommandId, readonly Run[]>()
  #applicable: ReadonlySet<CommandId> = new Set()
  #said = ''

  /** Takes a command on until the returned function is called. */
  take(id: CommandId, run: Run): () => void {
    this.#takers.set(id, [...(this.#takers.get(id) ?? []), run])
    this.#change()
    return () => {
      const left = (this.#takers.get(id) ?? []).filter((each) => each !== run)
      if (left.length === 0) this.#takers.delete(id)
      else this.#takers.set(id, left)
      this.#change()
    }
  }

  /** Carries a command out; false when it does not apply now. */
  run(id: CommandId): boolean {
    const run = this.#takers.get(id)?.at(-1)
    if (run === undefined) return false
    const answer = run()
    if (answer instanceof Promise) void answer.then((sentence) => this.say(sentence ?? ''))
    else this.say(answer ?? '')
    return true
  }

  /** The commands that somebody has taken on; another value whenever that changes. */
  readonly applicable = (): ReadonlySet<CommandId> => this.#applicable

  /** What the last command had to say; empty when nothing. */
  readonly said = (): string => this.#said

  say(sentence: string): void {
    if (sentence === this.#said) return
    this.#said = sentence
    this.#announce()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #change(): void {
    this.#applicable = new Set(this.#takers.keys())
    this.#announce()
  }

  #announce(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** The page's one registry. */
export const commands = new Commands()

/** Takes a command on while the component stands and `enabled` holds. */
export function useCommand(id: CommandId, run: Run, enabled = true): void {
  const onRun = useEffectEvent(run)
  useEffect(() => (enabled ? commands.take(id, () => onRun()) : undefined), [id, enabled])
}

export function useApplicable(): ReadonlySet<CommandId> {
  return useSyncExternalStore(commands.subscribe, commands.applicable)
}

export function useSaid(): string {
  return useSyncExternalStore(commands.subscribe, commands.said)
}
