/** The text that the plain field leaves to the editor that replaces it. */

export interface Draft {
  /** Null when it is the applied query. */
  readonly text: string | null
  /** Anchor and head of the cursor, infinite at the end of the text; null without the focus. */
  readonly selection: readonly [number, number] | null
}

const NO_DRAFT: Draft = { text: null, selection: null }

/** Passes a draft from the field that is unmounted to the one that is mounted in its place. */
export class Handover {
  #draft = NO_DRAFT

  leave(part: Partial<Draft>): void {
    this.#draft = { ...this.#draft, ...part }
  }

  /** Returns the draft and forgets it. */
  take(): Draft {
    const draft = this.#draft
    this.#draft = NO_DRAFT
    return draft
  }
}

/**
 * The selection of a draft, clamped to a text of that length. The editor may start with another text than the draft's:
 * when Enter applied the draft as the editor was mounted, it starts with the canonical spelling of the query.
 */
export function cursorWithin(
  length: number,
  [anchor, head]: readonly [number, number],
): { readonly anchor: number; readonly head: number } {
  return { anchor: Math.min(anchor, length), head: Math.min(head, length) }
}
