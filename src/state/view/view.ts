/**
 * The view, and the codec between it and the query string of the address. The text is canonical and leaves defaults
 * out, so that a copied link opens the same view for a colleague. Of the source it names a cluster at most, which the
 * server's `config.json` knows, and the capture that the reader opened, which the page asks for.
 */
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { sameExpression } from '../../filter/tree/normalise.ts'
import { parse } from '../../filter/language/parse-query.ts'
import { print } from '../../filter/language/print.ts'
import { parseScope } from '../../filter/scope.ts'
import { COLUMNS } from '../../flows/column.ts'
import { type CaptureId, parseCaptureId, printCaptureId } from '../../source/capture-id.ts'
import type { Measure } from '../client/histogram.ts'
import type { Shape, Sort } from '../client/rows.ts'
import type { RequestedRange } from '../client/time-range.ts'
import { parseTime, printTime } from './time-choice.ts'

/**
 * Which screen is shown: the table of flows, what enforcing the staged policies would change, what changed between two
 * windows, or the captures.
 */
export type ScreenName = 'flows' | 'staged' | 'compare' | 'captures'

export interface View {
  readonly screen: ScreenName
  /** The name of a cluster that the server offers; null for its first one. */
  readonly cluster: string | null
  /** The file that is shown in place of what the server offers; null for that. */
  readonly capture: CaptureId | null
  readonly filter: Expression
  /** Limits what is received of a live source. A capture is always read whole. */
  readonly scope: Expression
  /** Rows that match it are coloured, none of them with the empty query. It hides nothing. */
  readonly highlight: Expression
  readonly shape: Shape
  /** Null is everything held. */
  readonly time: RequestedRange | null
  /** The play head of a capture that is replayed, Unix seconds: what starts at it or later is not shown. */
  readonly at: number | null
  /** How the play head moves, as state/replay/replay-pace.ts reads it; null for as a replay begins. */
  readonly pace: string | null
  /** What is compared, as state/compare/compare-choice.ts reads it; null for the halves of what is held. */
  readonly compare: string | null
  readonly sort: Sort
  /** The sum that the bars of the timeline show. */
  readonly bars: Measure
  /** The sum that the rows of the table show, as a number and over time. */
  readonly show: Measure
  /** The id of the row that is open in the inspector. */
  readonly open: string | null
}

export const DEFAULT_VIEW: View = {
  screen: 'flows',
  cluster: null,
  capture: null,
  filter: ALL,
  scope: ALL,
  highlight: ALL,
  // The shape with the fewest rows, as an overview.
  shape: 'groups',
  time: null,
  at: null,
  pace: null,
  compare: null,
  sort: { column: 'attention', descending: true },
  bars: 'records',
  show: 'conns',
  open: null,
}

export interface ParsedView {
  readonly view: View
  /** The parts of the link that could not be read, in words; they have their defaults. */
  readonly problems: readonly string[]
}

/** Characters of a link that a problem quotes. */
const MAX_QUOTED_LENGTH = 40

/** Reads a part of the view. What it cannot read it adds to the problems, in words, and returns the default. */
type PartParser<Part> = (text: string, problems: string[]) => Part

function choiceOf<Choice extends string>(
  choices: readonly Choice[],
  byDefault: Choice,
  name: string,
): PartParser<Choice> {
  return (text, problems) => {
    const chosen = choices.find((choice) => choice === text)
    if (chosen === undefined) problems.push(problemOf(name, text))
    return chosen ?? byDefault
  }
}

function problemOf(name: string, text: string): string {
  return `the ${name} “${text.slice(0, MAX_QUOTED_LENGTH)}”`
}

const parseScreen = choiceOf<ScreenName>(
  ['flows', 'staged', 'compare', 'captures'],
  DEFAULT_VIEW.screen,
  'screen',
)
/** The words of links for the kinds of rows; those after the first of each are of older links. */
const SHAPE_WORDS: Readonly<Record<Shape, readonly [string, ...string[]]>> = {
  groups: ['groups'],
  signatures: ['ports', 'signatures', 'flows'],
  intervals: ['records', 'intervals'],
}

const parseShape: PartParser<Shape> = (text, problems) => {
  for (const shape of ['groups', 'signatures', 'intervals'] as const)
    if (SHAPE_WORDS[shape].includes(text)) return shape
  problems.push(problemOf('kind of rows', text))
  return DEFAULT_VIEW.shape
}

const MEASURES: readonly Measure[] = ['records', 'conns', 'bytes', 'packets']
const parseBars = choiceOf(MEASURES, DEFAULT_VIEW.bars, 'bars')
const parseShow = choiceOf(MEASURES, DEFAULT_VIEW.show, 'measure of the rows')

function queryCalled(name: string): PartParser<Expression> {
  return (text, problems) => {
    const parsed = parse(text)
    if (parsed.ok) return parsed.expression
    problems.push(`the ${name} “${text}” (${parsed.errors[0]?.message ?? 'not understood'})`)
    return ALL
  }
}

const parseFilter = queryCalled('filter')
const parseHighlight = queryCalled('highlight')

const parseScopeOfLink: PartParser<Expression> = (text, problems) => {
  const parsed = parseScope(text)
  if (parsed.ok) return parsed.expression
  // Without its full stop, because the sentence of the problem continues after it.
  const reason = (parsed.errors[0]?.message ?? 'not understood').replace(/\.$/, '')
  problems.push(`the scope “${text}” (${reason}), so that all flows are received`)
  return DEFAULT_VIEW.scope
}

const parseSort: PartParser<Sort> = (text, problems) => {
  const descending = text.startsWith('-')
  const id = descending ? text.slice(1) : text
  const column = id === 'attention' ? id : COLUMNS.find((entry) => entry.id === id)?.id
  if (column !== undefined) return { column, descending }
  problems.push(problemOf('sort order', text))
  return DEFAULT_VIEW.sort
}

const parseTimeOfLink: PartParser<RequestedRange | null> = (text, problems) => {
  const time = parseTime(text)
  if (time === null) problems.push(problemOf('time range', text))
  return time
}

function textLike(pattern: RegExp, name: string): PartParser<string | null> {
  return (text, problems) => {
    if (pattern.test(text)) return text
    problems.push(problemOf(name, text))
    return null
  }
}

const parseHead = textLike(/^[1-9]\d{0,11}$/, 'time of the replay')
/** The speeds of replay-clock.ts. */
const parsePace = textLike(/^(1|4|15|60|240|3600)(-loop)?(-past)?(-play)?$/, 'pace of the replay')
const parseCompare = textLike(
  /^(around-\d+-\d+|\d+-\d+,\d+-\d+|captures(-swapped)?(:[^]{1,300})?)$/,
  'comparison',
)
const parseOpenRow = textLike(/^[0-9a-z.-]{1,64}$/i, 'open row')
/** No longer than a name in config.json may be. */
const parseCluster = textLike(/^[^]{1,200}$/, 'cluster')

const parseCapture: PartParser<CaptureId | null> = (text, problems) => {
  const capture = parseCaptureId(text)
  if (capture === null) problems.push(problemOf('capture', text))
  return capture
}

/**
 * The view that a link's query string describes. Never throws: each part that cannot be read has its default, and
 * `problems` says so.
 */
export function parseView(search: string): ParsedView {
  const params = new URLSearchParams(search)
  const problems: string[] = []
  const part = <Part>(text: string | null, byDefault: Part, parsePart: PartParser<Part>): Part =>
    text === null ? byDefault : parsePart(text, problems)
  const view: View = {
    screen: part(params.get('screen'), DEFAULT_VIEW.screen, parseScreen),
    cluster: part(params.get('cluster'), DEFAULT_VIEW.cluster, parseCluster),
    capture: part(params.get('capture'), DEFAULT_VIEW.capture, parseCapture),
    filter: part(params.get('q'), DEFAULT_VIEW.filter, parseFilter),
    scope: part(params.get('scope'), DEFAULT_VIEW.scope, parseScopeOfLink),
    // Links made before the parameter was renamed say "mark".
    highlight: part(params.get('highlight') ?? params.get('mark'), DEFAULT_VIEW.highlight, parseHighlight),
    shape: part(params.get('rows'), DEFAULT_VIEW.shape, parseShape),
    time: part(params.get('time'), DEFAULT_VIEW.time, parseTimeOfLink),
    at: Number(part(params.get('at'), null, parseHead)) || null,
    pace: part(params.get('pace'), DEFAULT_VIEW.pace, parsePace),
    compare: part(params.get('compare'), DEFAULT_VIEW.compare, parseCompare),
    sort: part(params.get('sort'), DEFAULT_VIEW.sort, parseSort),
    bars: part(params.get('bars'), DEFAULT_VIEW.bars, parseBars),
    show: part(params.get('show'), DEFAULT_VIEW.show, parseShow),
    open: part(params.get('open'), DEFAULT_VIEW.open, parseOpenRow),
  }
  return { view, problems }
}

/**
 * `next`, with the very values of `before` for the parts that say the same, so that what depends on one part by identity
 * is not computed anew when another one changes.
 */
export function withPartsOf(before: View, next: View): View {
  const { capture, filter, scope, highlight, sort, time } = before
  return {
    ...next,
    capture: sameCapture(capture, next.capture) ? capture : next.capture,
    filter: print(filter) === print(next.filter) ? filter : next.filter,
    scope: sameExpression(scope, next.scope) ? scope : next.scope,
    highlight: print(highlight) === print(next.highlight) ? highlight : next.highlight,
    sort: printSort(sort) === printSort(next.sort) ? sort : next.sort,
    time: time !== null && next.time !== null && printTime(time) === printTime(next.time) ? time : next.time,
  }
}

function sameCapture(a: CaptureId | null, b: CaptureId | null): boolean {
  return a !== null && b !== null && printCaptureId(a) === printCaptureId(b)
}

function printSort(sort: Sort): string {
  return `${sort.descending ? '-' : ''}${sort.column}`
}

/** The query string of a view, with its question mark; empty for the default view. */
export function printView(view: View): string {
  const params = new URLSearchParams()
  if (view.screen !== DEFAULT_VIEW.screen) params.set('screen', view.screen)
  if (view.cluster !== null) params.set('cluster', view.cluster)
  if (view.capture !== null) params.set('capture', printCaptureId(view.capture))
  if (view.filter.kind !== 'all') params.set('q', print(view.filter))
  if (view.scope.kind !== 'all') params.set('scope', print(view.scope))
  if (view.highlight.kind !== 'all') params.set('highlight', print(view.highlight))
  if (view.shape !== DEFAULT_VIEW.shape) params.set('rows', SHAPE_WORDS[view.shape][0])
  if (view.time !== null) params.set('time', printTime(view.time))
  if (view.at !== null) {
    params.set('at', String(view.at))
    if (view.pace !== null) params.set('pace', view.pace)
  }
  if (view.compare !== null) params.set('compare', view.compare)
  if (printSort(view.sort) !== printSort(DEFAULT_VIEW.sort)) params.set('sort', printSort(view.sort))
  if (view.bars !== DEFAULT_VIEW.bars) params.set('bars', view.bars)
  if (view.show !== DEFAULT_VIEW.show) params.set('show', view.show)
  if (view.open !== null) params.set('open', view.open)
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}
