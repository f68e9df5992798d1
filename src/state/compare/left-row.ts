import type { Section } from '../../compare/comparison.ts'
import { Observable } from '../../lib/observable.ts'

/** A row of a comparison that was opened in Flows: where the reader goes on after coming back. */
export interface LeftRow {
  /** What was compared, as the address has it. */
  readonly compare: string | null
  /** The section that alone was shown; null for all. */
  readonly section: Section | null
  /** The number of its block among those of the list, from 0. */
  readonly block: number
  /** Its group, as the row names it: another answer may have another row in its place. */
  readonly group: string
}

/** Null where none was left, or the reader came back to it. */
export const leftRow = new Observable<LeftRow | null>(null)
