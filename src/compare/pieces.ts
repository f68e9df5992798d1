/**
 * A conversation's part in the comparison, in pieces: what stayed, what turned into something else, and what came or went.
 * Every outcome of either side is in exactly one of them.
 */
import { type Outcome, outcomesOf, recordsIn } from './outcomes.ts'
import type { Conversation } from './side-tally.ts'

export interface Piece {
  readonly a: Outcome | null
  readonly b: Outcome | null
  /** What the conversation was on both sides besides, or on the side that lacks this piece. */
  readonly beside: Outcome | null
  /** Those whose slots tell the rhythm. */
  readonly conversationA: Conversation | undefined
  readonly conversationB: Conversation | undefined
}

/** More records first; of equal ones by name, so that swapped sides give the same pieces. */
function mostFirst(outcomes: readonly Outcome[]): readonly Outcome[] {
  return outcomes.toSorted((x, y) => recordsIn(y) - recordsIn(x) || (x.name < y.name ? -1 : 1))
}

export function piecesOf(a: Conversation | undefined, b: Conversation | undefined): readonly Piece[] {
  const outcomes = outcomesOf(a, b)
  const conversations = { conversationA: a, conversationB: b }
  const stayed = outcomes.a.flatMap((before): readonly Piece[] => {
    const after = outcomes.b.find(({ name }) => name === before.name)
    return after === undefined ? [] : [{ a: before, b: after, beside: null, ...conversations }]
  })
  const names = new Set(stayed.map((piece) => piece.a?.name))
  const gone = mostFirst(outcomes.a.filter(({ name }) => !names.has(name)))
  const came = mostFirst(outcomes.b.filter(({ name }) => !names.has(name)))
  const turned = Math.min(gone.length, came.length)
  const [inA, inB] = [mostFirst(outcomes.a)[0] ?? null, mostFirst(outcomes.b)[0] ?? null]
  return [
    ...stayed,
    ...gone.slice(0, turned).map((before, i) => ({ a: before, b: came[i]!, beside: null, ...conversations })),
    ...gone.slice(turned).map((before) => ({ a: before, b: null, beside: inB, ...conversations })),
    ...came.slice(turned).map((after) => ({ a: null, b: after, beside: inA, ...conversations })),
  ]
}
