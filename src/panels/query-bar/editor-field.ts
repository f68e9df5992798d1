import type { Expression } from '../../filter/tree/expression.ts'

export interface Unfinished {
  /** Null when it is what is applied. */
  readonly text: string | null
  /** Anchor and head of the cursor; null without the focus. */
  readonly selection: readonly [number, number] | null
}

const NOTHING: Unfinished = { text: null, selection: null }

/** What the plain field leaves to the editor that takes its place. */
export class Handover {
  #left = NOTHING

  leave(part: Partial<Unfinished>): void {
    this.#left = { ...this.#left, ...part }
  }

  /** What was left, once. */
  take(): Unfinished {
    const left = this.#left
    this.#left = NOTHING
    return left
  }
}

/**
 * A cursor that was left, in a text of that length. What was typed before the editor came is not always taken over, as
 * when Enter applied it in that moment; then the text is shorter than the one that the cursor stood in.
 */
export function cursorWithin(
  length: number,
  [anchor, head]: readonly [number, number],
): { readonly anchor: number; readonly head: number } {
  return { anchor: Math.min(anchor, length), head: Math.min(head, length) }
}

/** What both the plain field and the editor need. */
export interface FieldProps {
  /** The text of the query that is applied now. */
  readonly applied: string
  readonly onApply: (filter: Expression) => void
  readonly handover: Handover
}

/** The frame around the text, the same for both. */
export const FRAME =
  'flex min-h-8 w-full flex-wrap items-center rounded-lg border bg-page focus-within:ring-2 focus-within:ring-accent/25'

export const PLACEHOLDER = 'Type a query, such as dst.ns = backend and action = deny'
