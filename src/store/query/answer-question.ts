/** Answers the questions that a page asks once, beside its view. */
import { clauseEffectsOf } from '../../filter/tree/clause-effects.ts'
import { ensure, unreachable } from '../../lib/assert.ts'
import { conversationOf } from './conversation-rows.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { FlowView } from './flow-view.ts'
import type { Answers, Question, Shape, TimeRange, ViewRequest } from '../protocol.ts'
import { resolveRange } from './sliding-range.ts'

function requestOf(filter: ViewRequest['filter'], time: TimeRange | null): ViewRequest {
  return {
    shape: 'intervals',
    filter,
    time,
    sort: { column: 'seen', descending: true },
    offset: 0,
    limit: 0,
    selected: null,
    frozen: false,
  }
}

/** The rows of new signatures are looked for among so many that were last seen. */
const MAX_SEARCHED_SIGNATURES = 1000

/** The signatures that match now and did not match before `since`, whatever time range the view shows. */
function newSignatures(
  reader: FlowView,
  { filter, since, limit }: Extract<Question, { about: 'new' }>,
  now: number,
): Answers['new'] {
  const total = reader.countNewSignatures(filter, since, now)
  if (limit === 0) return { rows: [], total }
  const request = { ...requestOf(filter, null), shape: 'signatures', limit: MAX_SEARCHED_SIGNATURES } as const
  const { rows } = reader.view(request, now)
  return { rows: rows.filter(({ firstSeen }) => firstSeen >= since).slice(0, limit), total }
}

/**
 * The answer to a question. `reader` is a FlowView for questions alone, because asking one would unfreeze the table's.
 * `now` and `newest`, the end of a sliding range, are in Unix seconds.
 */
export function answerTo(
  store: RecordStore,
  reader: FlowView,
  question: Question,
  now: number,
  newest: number | null,
): Answers[keyof Answers] {
  const range = 'time' in question ? resolveRange(question.time, newest) : null
  switch (question.about) {
    case 'count':
      return reader.count('intervals', question.filter, range, now)
    case 'facet': {
      const [facet] = reader.facets(requestOf(question.filter, range), [question.facet], now)
      return ensure(facet, 'one facet was asked for and none answered')
    }
    case 'totals': {
      const totalOf = (shape: Shape): number => reader.count(shape, question.filter, range, now)
      return { signatures: totalOf('signatures'), flows: totalOf('flows'), intervals: totalOf('intervals') }
    }
    case 'clauses':
      return clauseEffectsOf(question.filter, (filter) => reader.count('intervals', filter, range, now))
    case 'conversation':
      return conversationOf(store, reader.flowIdOf(question.id))
    case 'new':
      return newSignatures(reader, question, now)
    case 'rows': {
      const { shape, filter, sort, limit } = question
      const { rows, total } = reader.view({ ...requestOf(filter, range), shape, sort, limit }, now)
      return { rows, total }
    }
    default:
      return unreachable(question, 'question')
  }
}
