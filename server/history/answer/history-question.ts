/** What the page asks of the history, as it stands in the query of the address. */
import { parseScope } from '../../../src/filter/scope.ts'
import { ALL, type Expression } from '../../../src/filter/tree/expression.ts'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { HistoryRange } from '../history-store.ts'

export const HOUR = 3600
export const DAY = 24 * HOUR

/** The steps to which records are summed. 15 gives them as they came. */
export const RECORD_STEPS = [BUCKET_SECONDS, 300, HOUR] as const
export type AskedStep = (typeof RECORD_STEPS)[number] | 'auto'

const MAX_BARS = 2000
const MAX_FILTER_CHARS = 20_000
/** The year 2286: no time of a record is later. */
const MAX_TIME = 9_999_999_999

/** A question that cannot be understood. `say`: a sentence for the reader, with the place. */
export class MisreadQuestion {
  readonly say: string

  constructor(say: string) {
    this.say = say
  }
}

export interface AskedSelection {
  readonly range: HistoryRange
  readonly filter: Expression
  /** As it was written; null for everything. */
  readonly filterText: string | null
}

/** The range `from` … `to` and the `filter` of an address. */
export function readSelection(params: URLSearchParams): AskedSelection | MisreadQuestion {
  const [from, to] = [readTime(params.get('from')), readTime(params.get('to'))]
  if (from === null || to === null || from >= to)
    return new MisreadQuestion('from and to have to be Unix seconds, and to has to be later.')
  const text = params.get('filter') ?? ''
  if (text.length > MAX_FILTER_CHARS)
    return new MisreadQuestion(`The filter is longer than ${MAX_FILTER_CHARS} characters.`)
  const range = { from, to }
  if (text.trim() === '') return { range, filter: ALL, filterText: null }
  const parsed = parseScope(text)
  if (parsed.ok) return { range, filter: parsed.expression, filterText: text }
  const [error] = parsed.errors
  const place = error === undefined ? '' : `, at character ${error.from + 1}: ${error.message}`
  return new MisreadQuestion(`The filter cannot be read${place}`)
}

export function readStep(params: URLSearchParams): AskedStep | MisreadQuestion {
  const text = params.get('step') ?? 'auto'
  const step = RECORD_STEPS.find((each) => String(each) === text)
  if (step !== undefined) return step
  return text === 'auto' ? text : new MisreadQuestion('step has to be auto, 15, 300 or 3600.')
}

/** How many bars a histogram may have. */
export function readBars(params: URLSearchParams): number | MisreadQuestion {
  const bars = Number(params.get('bars') ?? MAX_BARS)
  if (Number.isInteger(bars) && bars >= 1 && bars <= MAX_BARS) return bars
  return new MisreadQuestion(`bars has to be a whole number up to ${MAX_BARS}.`)
}

function readTime(text: string | null): number | null {
  return text !== null && /^\d{1,10}$/.test(text) && Number(text) <= MAX_TIME ? Number(text) : null
}
