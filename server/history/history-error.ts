/**
 * What can go wrong with the history, for the one who asks or writes.
 *
 * `too large`, `too slow`, `too much memory`: a limit of the question; a narrower one may do. `unavailable`: the engine is not
 * reached, or a shard of it is down; trying again may do. `refused`: the engine's user may not do that. `full`: no space.
 * `locked`: another process has the files. `damaged`: files or tables are not ours, or broken. `failed`: anything else.
 */
export type HistoryTrouble =
  | 'too large'
  | 'too slow'
  | 'too much memory'
  | 'unavailable'
  | 'refused'
  | 'full'
  | 'locked'
  | 'damaged'
  | 'failed'

/** The message is a sentence without a full stop, for the screen and the log. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError'
  readonly trouble: HistoryTrouble

  constructor(trouble: HistoryTrouble, message: string, options?: ErrorOptions) {
    super(message, options)
    this.trouble = trouble
  }
}
