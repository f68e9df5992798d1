/** What is pressed before the part of the page that carries it out is there. */
import type { Clock } from '../lib/clock.ts'
import type { CommandId } from '../state/commands/command-table.ts'
import type { Commands } from '../state/commands/commands.ts'

/** Presses that wait at most; what comes then is ignored. */
const MOST = 16
/** Milliseconds after which a press is forgotten: what it asked for would come as a surprise. */
const PATIENCE = 10_000
/** The command that the last part of the keyboard's code takes on. From then on no key waits. */
const LAST: CommandId = 'help.open'
/** What is typed after these is meant for what they open. */
const OPENERS: ReadonlySet<CommandId> = new Set(['query.focus', 'palette.open', 'help.open', 'cell.menu'])

export class EarlyKeys {
  readonly #commands: Commands
  readonly #clock: Clock
  #waiting: readonly { readonly id: CommandId; readonly at: number }[] = []
  #running = false

  constructor(commands: Commands, clock: Clock) {
    this.#commands = commands
    this.#clock = clock
    commands.subscribe(() => this.#run())
  }

  /** Carries the command out, now or once somebody has taken it on; false when the press means nothing. */
  press(id: CommandId): boolean {
    if (this.#commands.applicable().has(LAST)) {
      // What still waits is behind what the reader does now.
      this.#waiting = this.#running ? this.#waiting : []
      return this.#commands.run(id)
    }
    if (this.#waiting.length === 0 && this.#commands.run(id)) return true
    // Nothing is open yet that could be closed.
    if (id === 'close') return false
    const opened = this.#waiting.some((each) => OPENERS.has(each.id))
    if (!opened && this.#waiting.length < MOST)
      this.#waiting = [...this.#waiting, { id, at: this.#clock.now() }]
    return true
  }

  /** Forgets what waits: the reader went on by other means. */
  forget(): void {
    this.#waiting = []
  }

  /** One after the other, with time between two for the page to draw what the first one changed. */
  #run(): void {
    if (this.#running) return
    const now = this.#clock.now()
    this.#waiting = this.#waiting.filter(({ at }) => now - at < PATIENCE)
    const [next] = this.#waiting
    if (next === undefined || !this.#commands.applicable().has(next.id)) return
    this.#running = true
    this.#clock.after(0, () => {
      this.#running = false
      if (this.#waiting[0] === next && this.#commands.run(next.id)) this.#waiting = this.#waiting.slice(1)
      this.#run()
    })
  }
}
