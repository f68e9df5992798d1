/**
 * The view and its link. What is on the screen is a value; its text in the address is canonical, defaults left out,
 * and opens the same for a colleague. The source is never part of it: where flows come from is the server's to say.
 */
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { sameExpression } from '../../filter/tree/normalise.ts'
import { parse } from '../../filter/language/parse.ts'
import { print } from '../../filter/language/print.ts'
import { parseScope } from '../../filter/scope.ts'
import { COLUMNS, type ColumnId } from '../../flows/column.ts'
import type { Measure, Shape, Sort, RequestedRange } from '../../store/protocol.ts'
import { parseTime, printTime } from './time-choice.ts'

/** What fills the screen beside the filter: the flows in a table, or what the staged policies would change. */
export type ScreenName = 'flows' | 'staged'

export interface View {
  readonly screen: ScreenName
  readonly filter: Expression
  /** What is received of a live source; a capture is read whole. */
  readonly scope: Expression
  /** The rows that match it are marked, and nothing is left out; of the empty query none are. */
  readonly highlight: Expression
  readonly shape: Shape
  /** Null is everything held. */
  readonly time: RequestedRange | null
  readonly sort: Sort
  /** What the timeline's bars add up. */
  readonly bars: Measure
  /** The id of the row that is open in the inspector. */
  readonly open: string | null
}

export const DEFAULT_VIEW: View = {
  screen: 'flows',
  filter: ALL,
  scope: ALL,
  highlight: ALL,
  // Everybody starts with the overview; a link without a shape means it too, so it needs no guess at opening.
  shape: 'signatures',
  time: null,
  sort: { column: 'seen', descending: true },
  bars: 'records',
  open: null,
}

export interface ParsedView {
  readonly view: View
  /** What of the link could not be read, in words; those parts are at their defaults. */
  readonly problems: readonly string[]
}

const SCREENS: readonly ScreenName[] = ['flows', 'staged']
const MEASURES: readonly Measure[] = ['records', 'conns', 'bytes', 'packets']
const SHAPES: readonly Shape[] = ['flows', 'intervals', 'signatures']

/** `name`: what the link calls it, in words. The empty query where it cannot be read. */
function parseQuery(name: string, text: string, problems: string[]): Expression {
  const parsed = parse(text)
  if (parsed.ok) return parsed.expression
  problems.push(`the ${name} “${text}” (${parsed.errors[0]?.message ?? 'not understood'})`)
  return ALL
}

function readScope(text: string, problems: string[]): Expression {
  const parsed = parseScope(text)
  if (parsed.ok) return parsed.expression
  // The sentence goes on after it.
  const reason = (parsed.errors[0]?.message ?? 'not understood').replace(/\.$/, '')
  problems.push(`the scope “${text}” (${reason}), so that all flows are received`)
  return DEFAULT_VIEW.scope
}

function parseSort(text: string, problems: string[]): Sort {
  const descending = text.startsWith('-')
  const id = descending ? text.slice(1) : text
  const column = COLUMNS.find((entry) => entry.id === id)?.id
  if (column !== undefined) return { column, descending }
  problems.push(`the sort order “${text}”`)
  return DEFAULT_VIEW.sort
}

/** Reads a link's query string. Total: what cannot be read is reported and left at its default. */
export function parseView(search: string): ParsedView {
  const params = new URLSearchParams(search)
  const problems: string[] = []
  const screen = params.get('screen')
  const q = params.get('q')
  const scope = params.get('scope')
  const mark = params.get('mark')
  const sort = params.get('sort')
  const time = params.get('time')
  const rows = params.get('rows')
  const bars = params.get('bars')
  const open = params.get('open')
  const window = time === null ? null : parseTime(time)
  if (time !== null && window === null) problems.push(`the time range “${time.slice(0, 40)}”`)
  const screenNamed = SCREENS.find((entry) => entry === screen)
  if (screen !== null && screenNamed === undefined) problems.push(`the screen “${screen.slice(0, 40)}”`)
  const shape = SHAPES.find((entry) => entry === rows)
  if (rows !== null && shape === undefined) problems.push(`the kind of rows “${rows}”`)
  const measure = MEASURES.find((entry) => entry === bars)
  if (bars !== null && measure === undefined) problems.push(`the bars “${bars.slice(0, 40)}”`)
  const opens = open !== null && /^[0-9a-z.-]{1,64}$/i.test(open)
  if (open !== null && !opens) problems.push(`the open row “${open.slice(0, 40)}”`)
  return {
    view: {
      screen: screenNamed ?? DEFAULT_VIEW.screen,
      filter: q === null ? DEFAULT_VIEW.filter : parseQuery('filter', q, problems),
      scope: scope === null ? DEFAULT_VIEW.scope : readScope(scope, problems),
      highlight: mark === null ? DEFAULT_VIEW.highlight : parseQuery('highlight', mark, problems),
      shape: shape ?? DEFAULT_VIEW.shape,
      time: window,
      sort: sort === null ? DEFAULT_VIEW.sort : parseSort(sort, problems),
      bars: measure ?? DEFAULT_VIEW.bars,
      open: opens ? open : null,
    },
    problems,
  }
}

/** Parts that say the same stay the same values: who depends on one need not act when another one changes. */
export function withPartsOf(before: View, next: View): View {
  const { filter, scope, highlight, sort, time } = before
  return {
    ...next,
    filter: print(filter) === print(next.filter) ? filter : next.filter,
    scope: sameExpression(scope, next.scope) ? scope : next.scope,
    highlight: print(highlight) === print(next.highlight) ? highlight : next.highlight,
    sort: printSort(sort) === printSort(next.sort) ? sort : next.sort,
    time: time !== null && next.time !== null && printTime(time) === printTime(next.time) ? time : next.time,
  }
}

function printSort(sort: Sort): string {
  return `${sort.descending ? '-' : ''}${sort.column satisfies ColumnId}`
}

/** The query string of a view, with its question mark; empty for the default view. */
export function printView(view: View): string {
  const params = new URLSearchParams()
  if (view.screen !== DEFAULT_VIEW.screen) params.set('screen', view.screen)
  if (view.filter.kind !== 'all') params.set('q', print(view.filter))
  if (view.scope.kind !== 'all') params.set('scope', print(view.scope))
  if (view.highlight.kind !== 'all') params.set('mark', print(view.highlight))
  if (view.shape !== DEFAULT_VIEW.shape) params.set('rows', view.shape)
  if (view.time !== null) params.set('time', printTime(view.time))
  if (printSort(view.sort) !== printSort(DEFAULT_VIEW.sort)) params.set('sort', printSort(view.sort))
  if (view.bars !== DEFAULT_VIEW.bars) params.set('bars', view.bars)
  if (view.open !== null) params.set('open', view.open)
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
