/**
 * Chooses the columns of the table and their widths for a given width. The columns that triage needs always stay. In a
 * narrower table the others are dropped one by one; then columns shrink to their minimum, and narrow cells become
 * compact (without a sparkline, "since …" or the tier); in a still narrower one each row takes two lines.
 */
import { columnOf, type ColumnId } from '../../../flows/column.ts'
import type { Preferences } from '../../../state/remembered/preferences.ts'
import type { Shape } from '../../../state/client/rows.ts'

/**
 * The columns that may be dropped, first one first. Without the pending column, the verdict's cell shows a pending
 * verdict that differs.
 */
const DROP_ORDER: readonly ColumnId[] = ['reporter', 'pending']

/** Columns that share the width that is left over, unless the reader resized them. */
const FLEXIBLE: ReadonlySet<ColumnId> = new Set<ColumnId>(['source', 'destination', 'decided', 'service'])

// All widths below are in pixels.

/** The widths to which the reader can resize a column. */
export const MIN_COLUMN_WIDTH = 56
export const MAX_COLUMN_WIDTH = 2000

/** Preferred widths where a shape shows more in a column than its figure, such as a sparkline. */
const PREFERRED_WIDTH_BY_SHAPE: Readonly<Record<Shape, Partial<Record<ColumnId, number>>>> = {
  groups: { seen: 178, conns: 124 },
  signatures: { seen: 178, conns: 124 },
  intervals: {},
}

/** Preferred widths at which most names can be told apart without opening their row. */
const READABLE_WIDTH: Readonly<Partial<Record<ColumnId, number>>> = {
  source: 132,
  destination: 132,
  decided: 180,
}

/** The preferred width of a verdict with a chip for a pending one. */
const BOTH_VERDICTS_WIDTH = 164
/** The minimum width of the same. */
const MIN_BOTH_VERDICTS_WIDTH = 108

/** Below this width a column is truncated so far that it tells nothing. */
const MIN_WIDTH: Readonly<Partial<Record<ColumnId, number>>> = {
  seen: 100,
  source: 92,
  destination: 92,
  decided: 112,
  service: 84,
  conns: 72,
}

/** Below this width a cell is compact. */
const COMPACT_BELOW: Readonly<Partial<Record<ColumnId, number>>> = { seen: 156, decided: 192, conns: 112 }

/** Below this width of the table, a row takes two lines. */
const TWO_LINES_BELOW = 660

/** The columns of a row of two lines, in reading order. */
const TWO_LINE_COLUMNS: readonly ColumnId[] = [
  'action',
  'source',
  'destination',
  'port',
  'decided',
  'conns',
  'seen',
]

export interface ColumnLayout {
  /** Each row takes two lines, in place of a column for each of its parts. */
  readonly twoLines: boolean
  /** The columns that are shown, in the order of the screen. */
  readonly columns: readonly ColumnId[]
  /** The columns that the reader wants and that have no room. */
  readonly dropped: readonly ColumnId[]
  /** The columns whose cells leave out their extras. */
  readonly compact: readonly ColumnId[]
  /** The CSS `grid-template-columns` of a row; empty with two lines. */
  readonly template: string
  /** The width of a row, in pixels, below which the table scrolls sideways. */
  readonly minWidth: number
}

export type ColumnChoice = Pick<Preferences, 'order' | 'hidden' | 'kept' | 'widths'>

/** The layout for a table of `width` pixels; null, before the first measurement, is as wide as needed. */
export function layoutOf(
  choice: ColumnChoice,
  { shape, sorted }: { readonly shape: Shape; readonly sorted: ColumnId | 'attention' },
  width: number | null,
): ColumnLayout {
  const wanted = choice.order.filter((id) => !choice.hidden.includes(id))
  if (width !== null && width < TWO_LINES_BELOW) return twoLineLayout(wanted)
  const isKept = (id: ColumnId): boolean =>
    choice.kept.includes(id) ||
    choice.widths[id] !== undefined ||
    sorted === id ||
    // A column that is hidden by default is here because the reader asked for it.
    !columnOf(id).shownByDefault
  let columns = wanted
  const dropped: ColumnId[] = []
  const widths = (): readonly ColumnWidth[] =>
    columns.map((id) => widthOf(id, shape, choice.widths, dropped.includes('pending')))
  for (const id of DROP_ORDER) {
    if (width === null || sumOf(widths(), 'preferred') <= width) break
    if (!columns.includes(id) || isKept(id)) continue
    columns = columns.filter((each) => each !== id)
    dropped.push(id)
  }
  const shrunk = shrinkToFit(widths(), width ?? Number.POSITIVE_INFINITY)
  const compact = shrunk
    .filter((column) => finalWidth(column, shrunk, width) < (COMPACT_BELOW[column.id] ?? 0))
    .map(({ id }) => id)
  return {
    twoLines: false,
    columns,
    dropped,
    compact,
    template: templateOf(shrunk),
    minWidth: minWidthOf(shrunk),
  }
}

function twoLineLayout(wanted: readonly ColumnId[]): ColumnLayout {
  const columns = TWO_LINE_COLUMNS.filter((id) => wanted.includes(id))
  return {
    twoLines: true,
    // The reader may have hidden every column of the two lines: then all others are shown.
    columns: columns.length === 0 ? wanted : columns,
    dropped: columns.length === 0 ? [] : wanted.filter((id) => !columns.includes(id)),
    compact: [],
    template: '',
    minWidth: 0,
  }
}

/** The pixels that a column may take. A flexible one takes at least `min`, whatever it prefers. */
interface ColumnWidth {
  readonly id: ColumnId
  readonly preferred: number
  readonly min: number
  readonly flexible: boolean
}

function widthOf(
  id: ColumnId,
  shape: Shape,
  resized: ColumnChoice['widths'],
  pendingDropped: boolean,
): ColumnWidth {
  const chosen = resized[id]
  if (chosen !== undefined) return { id, preferred: chosen, min: chosen, flexible: false }
  const flexible = FLEXIBLE.has(id)
  if (id === 'action' && pendingDropped)
    return { id, preferred: BOTH_VERDICTS_WIDTH, min: MIN_BOTH_VERDICTS_WIDTH, flexible }
  const preferred = PREFERRED_WIDTH_BY_SHAPE[shape][id] ?? READABLE_WIDTH[id] ?? columnOf(id).width
  return { id, preferred, min: Math.min(preferred, MIN_WIDTH[id] ?? preferred), flexible }
}

function sumOf(columns: readonly ColumnWidth[], what: 'preferred' | 'min'): number {
  return columns.reduce((total, column) => total + column[what], 0)
}

/**
 * The columns with smaller preferred widths where all of them do not fit into `room` pixels. The time shrinks to its
 * minimum first. What is lacking then is taken from the other fixed columns, in proportion to what each can give; CSS
 * shrinks the flexible ones, down to their minimum.
 */
function shrinkToFit(columns: readonly ColumnWidth[], room: number): readonly ColumnWidth[] {
  const withShortTime = columns.map((column) =>
    column.id === 'seen' && sumOf(columns, 'preferred') > room
      ? { ...column, preferred: column.min }
      : column,
  )
  const fixed = withShortTime.filter(({ flexible }) => !flexible)
  const minOfFlexible = sumOf(
    withShortTime.filter(({ flexible }) => flexible),
    'min',
  )
  const slack = sumOf(fixed, 'preferred') - sumOf(fixed, 'min')
  const lacking = Math.max(0, minOfFlexible + sumOf(fixed, 'preferred') - room)
  const share = slack === 0 ? 0 : Math.min(1, lacking / slack)
  return withShortTime.map((column) => {
    const { preferred, min, flexible } = column
    return flexible ? column : { ...column, preferred: Math.floor(preferred - (preferred - min) * share) }
  })
}

/** The share of the left-over width that a flexible column takes, in CSS `fr`. */
function shareOf(id: ColumnId): number {
  return id === 'decided' ? 1.5 : 1
}

/** The pixels that CSS will give a column in a table of `room` pixels; its preferred ones before `room` is measured. */
function finalWidth(column: ColumnWidth, all: readonly ColumnWidth[], room: number | null): number {
  if (!column.flexible || room === null) return column.preferred
  const flexible = all.filter((each) => each.flexible)
  const left =
    room -
    sumOf(
      all.filter((each) => !each.flexible),
      'preferred',
    )
  const shares = flexible.reduce((total, { id }) => total + shareOf(id), 0)
  return Math.max(column.min, (left * shareOf(column.id)) / shares)
}

function templateOf(columns: readonly ColumnWidth[]): string {
  return columns
    .map(({ id, preferred, min, flexible }) =>
      flexible ? `minmax(${min}px, ${shareOf(id)}fr)` : `${preferred}px`,
    )
    .join(' ')
}

function minWidthOf(columns: readonly ColumnWidth[]): number {
  return columns.reduce((total, { preferred, min, flexible }) => total + (flexible ? min : preferred), 0)
}
