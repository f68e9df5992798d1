/** The sources that a page opens. All times are Unix seconds. */
import type { Expression } from '../filter/tree/expression.ts'
import type { TimeRange } from './protocol.ts'

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
  /** `others`: files that are read together with it, merged on one clock. */
  | { readonly kind: 'file'; readonly file: File; readonly others?: readonly File[] }
  /**
   * A range of what a gateway has stored of the Goldmane behind `endpoint`. A source of its own for each range: what lies
   * in it does not change but for late records. The others as for a live one.
   */
  | {
      readonly kind: 'history'
      readonly endpoint: string
      readonly range: TimeRange
      readonly scope: Expression
      readonly viewer?: string
    }
  /** A capture that the server serves. */
  | { readonly kind: 'url'; readonly url: string; readonly name: string }
