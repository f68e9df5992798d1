/** Opens the wrappers that log systems put around records, and splits the text inside as a file's text is split. */
import type { Foreign } from './format/foreign.ts'
import { withTimeOfWrapper } from './format/kernel-line.ts'
import { holdsRecord, MAX_WRAPPERS, recordOutcome } from './format/record.ts'
import { type Place, placeWithin, type Refusal, refusalAt } from './format/refusal.ts'
import type { Inner } from './format/wrappers.ts'
import type { Lookup, Piece } from './scan/piece.ts'
import { TextSplitter } from './scan/text-splitter.ts'

/** Where a piece was found that stands inside a wrapper: its places are replaced by that of the text that holds it. */
export interface Wrapping {
  /** In the file. */
  readonly place: Place
  /** How many wrappers are around it. */
  readonly depth: number
}

/** A wrapper with its own text, which begins at `place`. `wrapping`: the wrapper around it, if any. */
export interface Wrapper {
  readonly inner: readonly Inner[]
  readonly text: string
  readonly place: Place
  readonly wrapping: Wrapping | undefined
}

export type Unwrapped<Cached> =
  | { readonly is: 'piece'; readonly piece: Piece<Cached>; readonly wrapping: Wrapping | undefined }
  /** What stands inside is left out unread, and the wrapper counts as a record of another program. */
  | { readonly is: 'foreign'; readonly foreign: Foreign }

/** Gives what stands inside a wrapper, in its order. `lookup` is asked for each line inside that may be one record. */
export function* unwrap<Cached>(
  { inner: inners, text, place, wrapping }: Wrapper,
  lookup: Lookup<Cached>,
): Generator<Unwrapped<Cached>> {
  const depth = (wrapping?.depth ?? 0) + 1
  if (depth > MAX_WRAPPERS) {
    const refusal = refusalAt(text, place, 0, `A record inside more than ${MAX_WRAPPERS} other things`)
    yield { is: 'piece', piece: { is: 'refused', refusal }, wrapping }
    return
  }
  for (const inner of inners) {
    if (inner.is === 'value') {
      const piece = { is: 'record', value: inner.value, text, place } as const
      yield { is: 'piece', piece, wrapping: { place: wrapping?.place ?? place, depth } }
      continue
    }
    const from = text.indexOf(JSON.stringify(inner.text))
    const within = { place: wrapping?.place ?? placeWithin(text, place, Math.max(from, 0)), depth }
    const pieces = [...new TextSplitter(lookup, 'text').feed(textIn(inner), true)]
    if (inner.is === 'answer' && !pieces.some(isOfFlows)) yield { is: 'foreign', foreign: 'har' }
    else for (const piece of pieces) yield { is: 'piece', piece, wrapping: within }
  }
}

/** The text inside a wrapper, a kernel line with the wrapper's time in front. */
function textIn(inner: Exclude<Inner, { is: 'value' }>): string {
  return inner.is === 'text' ? withTimeOfWrapper(inner.text, inner.time) : inner.text
}

/** The refusal of a piece of a text inside a wrapper. The excerpt stays: it shows what was refused. */
export function refusalIn(wrapping: Wrapping | undefined, refusal: Refusal): Refusal {
  if (wrapping === undefined) return refusal
  const { line, reason } = refusal
  const isFirst = line === null || line === 1
  return {
    ...refusal,
    ...wrapping.place,
    reason: isFirst ? reason : `${reason} (line ${line} of the text inside)`,
  }
}

/** Whether a piece is a flow, or something that certainly holds one. */
function isOfFlows(piece: Piece<unknown>): boolean {
  if (piece.is === 'cached' || piece.is === 'text') return true
  return piece.is === 'record' && (recordOutcome(piece.value).is === 'flow' || holdsRecord(piece.value))
}
