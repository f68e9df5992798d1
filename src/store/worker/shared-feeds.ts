/** The runs that pages share: one for each live source and scope, for as long as a page reads it. */
import { print } from '../../filter/language/print.ts'
import type { OpenSource } from '../protocol.ts'
import { SourceRun } from './feed.ts'

export class SharedRuns {
  readonly #live = new Map<string, SourceRun>()

  /** The run of a source: a live one that is open already is shared, a capture is always read for its own page. */
  open(source: OpenSource, budget: number): SourceRun {
    if (source.kind !== 'live') return new SourceRun(source, budget)
    const name = JSON.stringify([source.endpoint, source.history, print(source.scope)])
    const known = this.#live.get(name)
    if (known !== undefined) return known
    const run = new SourceRun(source, budget)
    this.#live.set(name, run)
    return run
  }

  /** Says that a page reads the run no longer; without any reader it is closed. */
  release(run: SourceRun): void {
    if (run.readers > 0) return
    run.close()
    for (const [name, live] of this.#live) if (live === run) this.#live.delete(name)
  }
}
