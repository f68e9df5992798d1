/**
 * A queue of key presses whose command is not registered yet, because the chunk that runs it is still loading: that of the
 * page's commands, of the screen that a key has just gone to, of the answer to the row that it has opened, or of a replay.
 * They run in order, each as soon as its command is registered.
 */
import type { Clock } from '../lib/clock.ts'
import type { CommandId } from '../state/commands/command-table.ts'
import type { Commands } from '../state/commands/commands.ts'

/** Key presses beyond this number are ignored. */
const MAX_QUEUED_KEYS = 16
/** A key that waited longer than this is dropped: acting on it late would surprise the user. */
const QUEUED_KEY_TTL_MS = 10_000
/** For so long after a screen was gone to, a row was opened, or the chunk was loaded, there may not be its commands yet. */
const SCREEN_START_MS = 3000
/**
 * A command of each part that is on every page and loads after the first rows (`AppCommands`, `SourceMenu`), in whatever
 * order React mounts these. Once all of them are registered, no key press is queued.
 */
const REGISTERED_LATE: readonly CommandId[] = ['help.open', 'source.choose']
/** Commands that open a text field, a dialog or a menu: key presses after one of them are input to it, not commands. */
const INPUT_OPENERS: ReadonlySet<CommandId> = new Set([
  'query.focus',
  'palette.open',
  'help.open',
  'cell.menu',
  'export.open',
])

export class EarlyKeyQueue {
  readonly #commands: Commands
  readonly #clock: Clock
  #queue: readonly { readonly id: CommandId; readonly at: number }[] = []
  /** Whether the first of the queue is about to run. */
  #scheduled = false
  /** When a screen was gone to or a row was opened last, or the chunk was loaded. */
  #screenAt = -Infinity
  /** How many chunks of screens, of the answer and of a replay are being loaded. */
  #loads = 0

  constructor(commands: Commands, clock: Clock) {
    this.#commands = commands
    this.#clock = clock
    commands.subscribe(() => this.#runNext())
  }

  /** Runs the command, or queues it until it is registered. False when no command can run, now or later. */
  press(id: CommandId): boolean {
    const applicable = this.#commands.applicable()
    if (REGISTERED_LATE.every((late) => applicable.has(late))) {
      const isLoading = this.#loads > 0 || this.#clock.now() - this.#screenAt < SCREEN_START_MS
      // What is queued behind a screen waits for it. Otherwise all is loaded: it has no command here, and must not run after
      // this newer key press.
      if (!isLoading && !this.#scheduled) this.#queue = []
      if (this.#run(id)) {
        if (!this.#scheduled) this.#queue = []
        return true
      }
      if (!isLoading) return false
    } else if (this.#queue.length === 0 && this.#run(id)) return true
    // Nothing is open yet that Escape could close.
    if (id === 'close') return false
    const isInput = this.#queue.some((each) => INPUT_OPENERS.has(each.id))
    if (!isInput && this.#queue.length < MAX_QUEUED_KEYS)
      this.#queue = [...this.#queue, { id, at: this.#clock.now() }]
    return true
  }

  #run(id: CommandId): boolean {
    if (id.startsWith('screen.') || id === 'row.open') this.onScreen()
    return this.#commands.run(id)
  }

  /** Another screen or an answer is shown, however the reader went there. */
  onScreen(): void {
    this.#screenAt = this.#clock.now()
  }

  /** The chunk of the shown screen, of the answer or of a replay is being loaded, until the returned function is called. */
  onScreenLoad(): () => void {
    this.#loads++
    return () => {
      this.#loads--
      this.onScreen()
    }
  }

  /** Empties the queue. */
  clear(): void {
    this.#queue = []
  }

  /**
   * Runs the first of the queue if its command is registered, then the next one. Each runs in a task of its own, so that
   * React commits what the one before changed: a command may be registered only by that render.
   */
  #runNext(): void {
    if (this.#scheduled) return
    const now = this.#clock.now()
    this.#queue = this.#queue.filter(({ at }) => now - at < QUEUED_KEY_TTL_MS)
    const [next] = this.#queue
    if (next === undefined || !this.#commands.canRun(next.id)) return
    this.#scheduled = true
    this.#clock.after(0, () => {
      this.#scheduled = false
      if (this.#queue[0] === next && this.#run(next.id)) this.#queue = this.#queue.slice(1)
      this.#runNext()
    })
  }
}
