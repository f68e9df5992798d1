/** Answers the questions that a page asks once, beside its view. */
import { clauseEffectsOf } from '../../filter/tree/clause-effects.ts'
import { ensure, unreachable } from '../../lib/assert.ts'
import type { FlowView } from './flow-view.ts'
import type { Answers, Question, RowKind, ViewRequest } from '../protocol.ts'
import { resolveRange } from './sliding-range.ts'

type Ranged = Pick<ViewRequest, 'time' | 'until'>

function requestOf(filter: ViewRequest['filter'], range: Ranged): ViewRequest {
  return {
    shape: 'intervals',
    filter,
    ...range,
    sort: { column: 'seen', descending: true },
    offset: 0,
    limit: 0,
    selected: null,
    frozen: null,
    newSince: null,
    arrangement: 0,
    trendMeasure: 'conns',
  }
}

/**
 * The answer to a question. `reader` is a FlowView for questions alone, because that of the table holds its order.
 * `now`, `newest`, the end of a sliding range, and `head`, the play head, are in Unix seconds.
 */
export function answerTo(
  reader: FlowView,
  question: Exclude<Question, { about: 'compare' | 'groups' }>,
  now: number,
  newest: number | null,
  head?: ViewRequest['until'],
): Answers[keyof Answers] {
  const time = 'time' in question ? resolveRange(question.time, newest) : null
  const until = 'until' in question ? question.until : head
  const range = { time, until }
  switch (question.about) {
    case 'count':
      return reader.count('intervals', question.filter, time, now, until)
    case 'facet': {
      const [facet] = reader.facets(requestOf(question.filter, range), [question.facet], now)
      return ensure(facet, 'one facet was asked for and none answered')
    }
    case 'totals': {
      const totalOf = (kind: RowKind): number => reader.count(kind, question.filter, time, now, until)
      return {
        groups: totalOf('groups'),
        signatures: totalOf('signatures'),
        intervals: totalOf('intervals'),
      }
    }
    case 'clauses':
      return clauseEffectsOf(question.filter, (filter) => reader.count('intervals', filter, time, now, until))
    case 'conversation':
      return reader.conversation(question.id, now, until)
    case 'rows': {
      const { shape, filter, sort, limit, newSince, only } = question
      const request = { ...requestOf(filter, range), shape, sort, limit, newSince }
      return only === null ? reader.rows(request, now) : reader.found(request, only, now)
    }
    case 'sizes': {
      const { view } = question
      return reader.sizes(
        { ...requestOf(view.filter, range), ...view, time: resolveRange(view.time, newest), until },
        now,
      )
    }
    case 'summary':
      return reader.summary({ ...requestOf(question.filter, range), newSince: question.newSince }, now)
    default:
      return unreachable(question, 'question')
  }
}
