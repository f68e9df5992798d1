import type { Expression } from '../../filter/tree/expression.ts'
import { groupsFound } from '../client/questions.ts'

/** Asks for the denied group that begins first at `since` or later (Unix seconds), before the play head or after, as a row. */
export function nextDenialOf(filter: Expression, since: number): ReturnType<typeof groupsFound> {
  const found = groupsFound('new-denial', { filter, time: null, newSince: since }, 1)
  return { ...found, sort: { column: 'first', descending: false }, until: null }
}
