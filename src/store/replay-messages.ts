/** What the replay of a capture asks of the worker: a part of protocol.ts. All times are Unix seconds. */

export interface PlayHead {
  /**
   * Records that start at it or later do not exist for the answer, ages count from it, and sliding ranges end at it.
   * Without one there is all that is held. The histogram has all either way, and a live source never has a head.
   */
  readonly until?: number | null | undefined
}
