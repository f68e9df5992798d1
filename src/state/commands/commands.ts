/**
 * The registry of command handlers. A part of the screen registers a handler for a command while the command makes
 * sense there. Of several handlers the one that was registered last runs; a command without one does not apply.
 */
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'

import { type Clock, systemClock } from '../../lib/clock.ts'
import { Subscribers } from '../../lib/observable.ts'
import type { CommandId } from './command-table.ts'

/** Carries a command out. A sentence that it returns is shown in the footer and read out by screen readers. */
export type CommandHandler = () => string | void | Promise<string | void>

/** A command that was asked for longer ago is not carried out any more: so late it would surprise the reader. */
const REQUEST_TTL_MS = 10_000

export class Commands {
  readonly #clock: Clock
  readonly #subscribers = new Subscribers()
  /** The handlers of each command that has any, in the order of their registration. */
  readonly #handlers = new Map<CommandId, readonly CommandHandler[]>()
  /** Who takes the key of a command while it does not apply. */
  readonly #fallbacks = new Map<CommandId, () => void>()
  #applicable: ReadonlySet<CommandId> = new Set()
  /** What was requested last, while no handler is there for it. */
  #requested: { readonly id: CommandId; readonly at: number } | null = null
  #said = ''

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** Calls back when a command has its first handler or fallback or loses it, or the sentence changes. */
  readonly subscribe = this.#subscribers.subscribe

  /** Registers a handler until the returned function is called. */
  register(id: CommandId, handler: CommandHandler): () => void {
    this.#handlers.set(id, [...(this.#handlers.get(id) ?? []), handler])
    this.#change()
    this.#runRequested(id)
    return () => {
      const left = (this.#handlers.get(id) ?? []).filter((each) => each !== handler)
      if (left.length === 0) this.#handlers.delete(id)
      else this.#handlers.set(id, left)
      this.#change()
    }
  }

  /**
   * Registers what the key of a command does while the command does not apply, until the returned function is called. The
   * command still counts as one that does not apply: it is not offered under its name.
   */
  registerFallback(id: CommandId, handler: () => void): () => void {
    this.#fallbacks.set(id, handler)
    this.#subscribers.notify()
    return () => void this.#fallbacks.delete(id)
  }

  /** Whether {@link run} has a handler or a fallback for a command now. */
  canRun(id: CommandId): boolean {
    return this.#handlers.has(id) || this.#fallbacks.has(id)
  }

  /** Carries a command out; false when it does not apply now. */
  run(id: CommandId): boolean {
    const handler = this.#handlers.get(id)?.at(-1) ?? this.#fallbacks.get(id)
    if (handler === undefined) return false
    this.#requested = null
    const answer = handler()
    if (answer instanceof Promise) void answer.then((sentence) => this.say(sentence ?? ''))
    else this.say(answer ?? '')
    return true
  }

  /**
   * Carries a command out, if need be as soon as a handler is registered: for a button that can be on the screen before the
   * part that carries its command out, which is a chunk of its own. The last request alone waits, and not for long.
   */
  request(id: CommandId): void {
    if (!this.run(id)) this.#requested = { id, at: this.#clock.now() }
  }

  /** Runs a request in a task of its own, after the render that registered its handler. */
  #runRequested(id: CommandId): void {
    const requested = this.#requested
    if (requested?.id !== id) return
    if (this.#clock.now() - requested.at >= REQUEST_TTL_MS) return
    this.#clock.after(0, () => {
      if (this.#requested === requested) this.run(id)
    })
  }

  /** The commands that have a handler; another set whenever that changes. */
  readonly applicable = (): ReadonlySet<CommandId> => this.#applicable

  /** The sentence of the last command; empty where it had none. */
  readonly said = (): string => this.#said

  say(sentence: string): void {
    if (sentence === this.#said) return
    this.#said = sentence
    this.#subscribers.notify()
  }

  #change(): void {
    this.#applicable = new Set(this.#handlers.keys())
    this.#subscribers.notify()
  }
}

/** The page's one registry. */
export const commands = new Commands()

/** Registers a handler while the component is mounted and `enabled` holds. The newest `handler` runs. */
export function useCommand(id: CommandId, handler: CommandHandler, enabled = true): void {
  const onRun = useEffectEvent(handler)
  useEffect(() => (enabled ? commands.register(id, () => onRun()) : undefined), [id, enabled])
}

/**
 * Takes the key of a command while the component is mounted, `enabled` holds and the command does not apply. The newest
 * `handler` runs.
 */
export function useFallback(id: CommandId, handler: () => void, enabled = true): void {
  const onRun = useEffectEvent(handler)
  useEffect(() => (enabled ? commands.registerFallback(id, () => onRun()) : undefined), [id, enabled])
}

export function useApplicable(): ReadonlySet<CommandId> {
  return useSyncExternalStore(commands.subscribe, commands.applicable)
}

export function useSaid(): string {
  return useSyncExternalStore(commands.subscribe, commands.said)
}
