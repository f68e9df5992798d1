/** The sources that a page opens. All times are Unix seconds. */
import type { Expression } from '../filter/tree/expression.ts'
import type { CaptureSource } from '../source/capture-file.ts'

/** A source that the page wants to be opened. */
export type OpenSource =
  /**
   * A Goldmane behind gRPC-web at `endpoint`, an absolute URL with a trailing slash. `history` is the back-fill in
   * seconds. Only records that match `scope` are held; it is evaluated on each record by itself. `viewer` tells apart
   * users who log in one after the other in one browser: what one of them received is not shown to the next.
   */
  | {
      readonly kind: 'live'
      readonly endpoint: string
      readonly history: number
      readonly scope: Expression
      readonly viewer?: string
    }
  /** A file, a capture that the server serves, or a range of the history of a Goldmane. */
  | CaptureSource
