import type { Place, Refusal } from '../format/refusal.ts'
import type { TextFormat } from '../format/text-format.ts'

/** Finds a whole line in the line cache; undefined for a line that has to be parsed. */
export type Lookup<Cached> = (line: string) => Cached | undefined

/** A piece of the text of a capture, in the order of the file. `Cached` is what a line cache answers with. */
export type Piece<Cached = never> =
  /** A line that the cache knew, so that it was not parsed. */
  | { readonly is: 'cached'; readonly cached: Cached }
  | { readonly is: 'record'; readonly value: unknown; readonly text: string; readonly place: Place }
  /** A member that stands beside a list in the answer that holds it, such as a page count. */
  | { readonly is: 'beside'; readonly value: unknown; readonly text: string; readonly place: Place }
  /** A record that is text, of one line or several. */
  | { readonly is: 'text'; readonly format: TextFormat; readonly text: string; readonly place: Place }
  | { readonly is: 'refused'; readonly refusal: Refusal }
