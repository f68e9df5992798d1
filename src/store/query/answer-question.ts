/** Answers the questions that are asked once, beside the view. */
import { whyEmpty } from '../../filter/tree/bisect.ts'
import { ensure, unreachable } from '../../lib/assert.ts'
import type { FlowStore } from './flow-store.ts'
import type { FlowView } from './flow-view.ts'
import type { Answers, Question, Shape, TimeRange, ViewRequest } from '../protocol.ts'
import { rangeOf } from './sliding-range.ts'

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

/** Signatures that are looked through for the rows of the new ones: those that were last seen. */
const LOOKED_THROUGH = 1000

/** New are those that match now less those that matched before: whatever a time window shows, it does not matter here. */
function newSignatures(
  reader: FlowView,
  { filter, since, limit }: Extract<Question, { about: 'new' }>,
  now: number,
): Answers['new'] {
  const total = reader.countNew(filter, since, now)
  if (limit === 0) return { rows: [], total }
  const request = { ...requestOf(filter, null), shape: 'signatures', limit: LOOKED_THROUGH } as const
  const { rows } = reader.view(request, now)
  return { rows: rows.filter(({ firstSeen }) => firstSeen >= since).slice(0, limit), total }
}

/**
 * `reader` is a view for questions alone, so that they do not disturb a frozen one. `now` is in Unix seconds, `newest`
 * where a sliding window ends.
 */
export function answerTo(
  store: FlowStore,
  reader: FlowView,
  question: Question,
  now: number,
  newest: number | null,
): Answers[keyof Answers] {
  const range = 'time' in question ? rangeOf(question.time, newest) : null
  switch (question.about) {
    case 'count':
      return reader.count('intervals', question.filter, range, now)
    case 'facet': {
      const [facet] = reader.facets(requestOf(question.filter, range), [question.facet], now)
      return ensure(facet, 'a facet is answered for each one asked')
    }
    case 'totals': {
      const totalOf = (shape: Shape): number => reader.count(shape, question.filter, range, now)
      return { signatures: totalOf('signatures'), flows: totalOf('flows'), intervals: totalOf('intervals') }
    }
    case 'clauses':
      return whyEmpty(question.filter, (filter) => reader.count('intervals', filter, range, now))
    case 'conversation':
      return store.conversation(reader.flowIdOf(question.id))
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
