/** Runs a long computation in slices of time, between which the event loop runs. */
import { yieldToEventLoop } from './yield-to-event-loop.ts'

/** Short beside the 50 ms that a reader notices, and long beside the cost of a turn of the event loop. */
const SLICE_MS = 12

export interface SliceOptions<Step> {
  readonly signal: AbortSignal
  /** Called after each slice with what its last step yielded; what it throws ends the computation. */
  readonly onSlice?: (step: Step) => void
  /** Milliseconds. */
  readonly clock?: () => number
}

/** What the steps return, for who need not let anything run between them. */
export function runAtOnce<Result>(steps: Generator<unknown, Result>): Result {
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value
}

/** What the steps return. Rejects with the signal's reason when it is aborted between two slices. */
export async function runInSlices<Step, Result>(
  steps: Generator<Step, Result>,
  { signal, onSlice, clock = () => performance.now() }: SliceOptions<Step>,
): Promise<Result> {
  signal.throwIfAborted()
  let began = clock()
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return step.value
    if (clock() - began < SLICE_MS) continue
    // oxlint-disable-next-line no-await-in-loop -- lets messages through
    await yieldToEventLoop()
    signal.throwIfAborted()
    onSlice?.(step.value)
    began = clock()
  }
}
