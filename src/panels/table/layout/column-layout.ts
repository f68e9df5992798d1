/**
 * Which columns the table shows and how wide, for the width that there is. What a triage looks at always stays. Where
 * the width does not suffice, first the other columns give way, one after the other; then texts are cut shorter, then
 * the extras of a cell (a sparkline, "since …") go; below that a row takes two lines.
 */
import { columnOf, type ColumnId } from '../../../flows/column.ts'
import type { Preferences } from '../../../state/remembered/preferences.ts'
import type { Shape } from '../../../state/client/rows.ts'

/** In the order in which they give way. The pending verdict that differs is then told beside the enforced one. */
const GIVE_WAY: readonly ColumnId[] = ['reporter', 'pending']

/** Columns that take the width that is left over, until somebody sizes them. */
const FLEXIBLE: ReadonlySet<ColumnId> = new Set<ColumnId>(['source', 'destination', 'decided', 'service'])

/** Pixels at first, where a shape shows more in a column than its figure. */
const WIDER: Readonly<Record<Shape, Partial<Record<ColumnId, number>>>> = {
  signatures: { seen: 178, conns: 124 },
  flows: { conns: 124 },
  intervals: {},
}

/** Pixels of texts that can be told apart without opening their row. */
const READABLE: Readonly<Partial<Record<ColumnId, number>>> = { source: 132, destination: 132, decided: 180 }

/** Pixels that a verdict with a differing pending one takes. */
const BOTH_VERDICTS = 164

/** Pixels below which a column says nothing any more. */
const LEAST: Readonly<Partial<Record<ColumnId, number>>> = {
  seen: 100,
  source: 92,
  destination: 92,
  decided: 112,
  service: 84,
  conns: 72,
}
/** Pixels below which the extra of a cell (since when, its course, the tier) goes. */
const BRIEF_BELOW: Readonly<Partial<Record<ColumnId, number>>> = { seen: 156, decided: 192, conns: 112 }
/** Pixels of a verdict beside the sign of another pending one. */
const LEAST_BOTH_VERDICTS = 108

/** Pixels of a table below which a row takes two lines. */
const TWO_LINES_BELOW = 660

/** What the two lines say, in the order in which they are read. */
const TWO_LINES: readonly ColumnId[] = ['action', 'source', 'destination', 'port', 'decided', 'conns', 'seen']

export interface Layout {
  /** Two lines for each row, in place of a column for each of its parts. */
  readonly twoLines: boolean
  /** Those that are shown, in the order of the screen. */
  readonly columns: readonly ColumnId[]
  /** Those that the reader would see if there was room. */
  readonly gaveWay: readonly ColumnId[]
  /** Those whose cells leave out what is not the point of them. */
  readonly brief: readonly ColumnId[]
  /** The tracks of a row's grid. */
  readonly template: string
  /** Pixels of the row below which the table scrolls sideways. */
  readonly least: number
}

export type ColumnChoice = Pick<Preferences, 'order' | 'hidden' | 'kept' | 'widths'>

/** `width`: pixels of the table; null before it was measured. */
export function layoutOf(
  choice: ColumnChoice,
  { shape, sorted }: { readonly shape: Shape; readonly sorted: ColumnId },
  width: number | null,
): Layout {
  const wanted = choice.order.filter((id) => !choice.hidden.includes(id))
  if (width !== null && width < TWO_LINES_BELOW) {
    const columns = TWO_LINES.filter((id) => wanted.includes(id))
    return {
      twoLines: true,
      // Somebody may have hidden all that the two lines would say.
      columns: columns.length === 0 ? wanted : columns,
      gaveWay: columns.length === 0 ? [] : wanted.filter((id) => !columns.includes(id)),
      brief: [],
      template: '',
      least: 0,
    }
  }
  const isKept = (id: ColumnId): boolean =>
    choice.kept.includes(id) ||
    choice.widths[id] !== undefined ||
    sorted === id ||
    // Only who asked for it sees it.
    !columnOf(id).shownByDefault
  let columns = wanted
  const gaveWay: ColumnId[] = []
  const measured = (): readonly Measured[] => columns.map((id) => measure(id, shape, choice.widths, gaveWay))
  for (const id of GIVE_WAY) {
    if (width === null || sum(measured(), 'first') <= width) break
    if (!columns.includes(id) || isKept(id)) continue
    columns = columns.filter((each) => each !== id)
    gaveWay.push(id)
  }
  const sized = shrunk(measured(), width ?? Number.POSITIVE_INFINITY)
  const brief = sized
    .filter((column) => pixelsOf(column, sized, width) < (BRIEF_BELOW[column.id] ?? 0))
    .map(({ id }) => id)
  return { twoLines: false, columns, gaveWay, brief, template: templateOf(sized), least: leastOf(sized) }
}

interface Measured {
  readonly id: ColumnId
  /** Pixels at first; at least, for a column that takes the width left over. */
  readonly first: number
  /** Pixels that it shrinks to before anything is cut off. */
  readonly least: number
  readonly flexible: boolean
}

function measure(
  id: ColumnId,
  shape: Shape,
  widths: ColumnChoice['widths'],
  gaveWay: readonly ColumnId[],
): Measured {
  const chosen = widths[id]
  if (chosen !== undefined) return { id, first: chosen, least: chosen, flexible: false }
  const flexible = FLEXIBLE.has(id)
  if (id === 'action' && gaveWay.includes('pending'))
    return { id, first: BOTH_VERDICTS, least: LEAST_BOTH_VERDICTS, flexible }
  const first = WIDER[shape][id] ?? READABLE[id] ?? columnOf(id).width
  return { id, first, least: Math.min(first, LEAST[id] ?? first), flexible }
}

function sum(columns: readonly Measured[], what: 'first' | 'least'): number {
  return columns.reduce((total, column) => total + column[what], 0)
}

/** Pixels of the columns: all as at first, or smaller as far as it must be and can be. */
function shrunk(columns: readonly Measured[], room: number): readonly Measured[] {
  // The row's first time goes first; its texts shrink by themselves, down to their least; the other extras go last.
  const early = columns.map((column) =>
    column.id === 'seen' && sum(columns, 'first') > room ? { ...column, first: column.least } : column,
  )
  const fixed = early.filter(({ flexible }) => !flexible)
  const texts = sum(
    early.filter(({ flexible }) => flexible),
    'least',
  )
  const slack = sum(fixed, 'first') - sum(fixed, 'least')
  const lacking = Math.max(0, texts + sum(fixed, 'first') - room)
  const share = slack === 0 ? 0 : Math.min(1, lacking / slack)
  return early.map((column) => {
    const { first, least, flexible } = column
    return flexible ? column : { ...column, first: Math.floor(first - (first - least) * share) }
  })
}

/** How much of the width left over a flexible column takes. */
function shareOf(id: ColumnId): number {
  return id === 'decided' ? 1.5 : 1
}

/** How wide a column will be; `room` is null before it was measured. */
function pixelsOf(column: Measured, all: readonly Measured[], room: number | null): number {
  if (!column.flexible || room === null) return column.first
  const flexible = all.filter((each) => each.flexible)
  const left =
    room -
    sum(
      all.filter((each) => !each.flexible),
      'first',
    )
  const shares = flexible.reduce((total, { id }) => total + shareOf(id), 0)
  return Math.max(column.least, (left * shareOf(column.id)) / shares)
}

function templateOf(columns: readonly Measured[]): string {
  return columns
    .map(({ id, first, least, flexible }) =>
      flexible ? `minmax(${least}px, ${shareOf(id)}fr)` : `${first}px`,
    )
    .join(' ')
}

function leastOf(columns: readonly Measured[]): number {
  return columns.reduce((total, { first, least, flexible }) => total + (flexible ? least : first), 0)
}
