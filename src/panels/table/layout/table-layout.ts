/**
 * Places the cells of a row for the width of the table. A row is a grid with the same cells in each layout: only its
 * tracks and areas change, so that a changed view changes texts and nothing else. Measures are pixels.
 */
import { chosenExtras, type ColumnChoice, isShown, rowColumns } from '../../../flows/chosen-columns.ts'
import { columnOf, type ColumnId } from '../../../flows/column.ts'
import type { Measure } from '../../../state/client/histogram.ts'
import type { Face } from './text-width.ts'

/**
 * `wide` has a column for what decided, `narrow` has that below the two ends, as beside an open row, and `phone` takes
 * three lines.
 */
export type LayoutKind = 'wide' | 'narrow' | 'phone'

const NARROW_BELOW = 1000
const PHONE_BELOW = 640

/** The height of a row of two lines; the same with and without the inspector. */
const ROW_HEIGHT = 40
/** Of a row of three lines, a target for a thumb. */
const PHONE_ROW_HEIGHT = 75
/** Of the headings, which a phone has none of. */
const HEADING_HEIGHT = 27

/** Beside a cell's text: half of the gap between two columns. The first and the last column keep the table's margin. */
const PADDING = 6
const MARGIN = 16
/** A verdict's icon with the gap after it. */
const BADGE_ICON = 22
/** A chip's padding and border, on both sides. */
const CHIP_FRAME = 13
/** The arrow between the ends, with its gaps. */
const ARROW = 18
/** The sparkline with the gap after it. */
const SPARKLINE = { wide: 76, narrow: 66 }
const MIN_ENDS = 240
/** Where there is less, the sparkline goes and the ports take less. */
const TIGHT_PORTS = 120
const MIN_TIGHT_ENDS = 180
const MIN_DECIDED = 180

export interface TableLayout {
  readonly kind: LayoutKind
  /** The cells of a row, in reading order. */
  readonly columns: readonly ColumnId[]
  /** The columns among them that only a reader who asked for them sees. */
  readonly extras: readonly ColumnId[]
  /** The measure that the count and the sparkline show. */
  readonly measure: Measure
  /** CSS `grid-template-areas` of a row and of the headings, and `grid-template-columns` of both. */
  readonly areas: string
  readonly heads: string
  readonly tracks: string
  /** Below this width the table scrolls sideways. */
  readonly minWidth: number
  readonly rowHeight: number
  readonly headingHeight: number
  /** What the names of the two ends may take together. */
  readonly endsWidth: number
  readonly portsWidth: number
  /**
   * What the tier and the policy that decided may take, with the words after them where they stand on one
   * line, and on a phone with the ports before them.
   */
  readonly decidedWidth: number
  /** Whether there is room for sparklines. */
  readonly hasBars: boolean
}

/** The width before the first measurement. */
const UNMEASURED = 1236

function kindOf(width: number): LayoutKind {
  if (width < PHONE_BELOW) return 'phone'
  return width < NARROW_BELOW ? 'narrow' : 'wide'
}

/** The longest texts of the columns that are as wide as their text. */
const VERDICT_SAMPLES = ['Denied entering', 'Denied leaving']
const STAGED_SAMPLE = '→ Allow if staged'
const COUNT_SAMPLES: Readonly<Record<Measure, string>> = {
  conns: '88,888',
  records: '88,888',
  packets: '888,888',
  bytes: '888.8 MB',
}

interface LayoutInput {
  readonly choice: ColumnChoice
  readonly measure: Measure
  /** Rows say how long ago they were, rather than the time of day. */
  readonly aged: boolean
  /** Records are sums, so that their ages are lower bounds. */
  readonly summed: boolean
  readonly kind: LayoutKind
  readonly room: number
  readonly textWidth: (text: string, face: Face) => number
}

/** The columns that are as wide as their longest text; 0 for one that is not shown. */
function fixedWidths({ choice, measure, aged, summed, kind, textWidth }: LayoutInput) {
  const isWide = kind === 'wide'
  const widest = (texts: readonly string[], face: Face) =>
    Math.ceil(Math.max(...texts.map((text) => textWidth(text, face))))
  const verdict = Math.max(
    isWide ? 164 : 152,
    MARGIN + BADGE_ICON + PADDING + widest(VERDICT_SAMPLES, 'verdict'),
    MARGIN + BADGE_ICON + PADDING + CHIP_FRAME + widest([STAGED_SAMPLE], 'chip'),
  )
  // With room to spare, another measure moves no column.
  const samples = isWide ? Object.values(COUNT_SAMPLES) : [COUNT_SAMPLES[measure]]
  const count = Math.max(isWide ? 66 : 52, 2 * PADDING + widest(samples, 'number'))
  const last = Math.max(
    isWide ? 58 : 54,
    PADDING + MARGIN + widest([aged ? (summed ? '≥ 88 min' : '88 min') : '88:88:88'], 'number'),
  )
  return {
    verdict,
    count: isShown(choice, 'conns') ? count : 0,
    last: isShown(choice, 'seen') ? last : 0,
  }
}

/** The widths of a table of two lines, which share what the fixed ones leave. */
function widthsOf(input: LayoutInput, extras: readonly ColumnId[]) {
  const { choice, kind, room } = input
  const isWide = kind === 'wide'
  const fixed = fixedWidths(input)
  const extraWidth = extras.reduce((sum, id) => sum + columnOf(id).width, 0)
  const share = room - fixed.verdict - fixed.count - fixed.last - extraWidth
  const full = { ports: isWide ? 176 : 150, spark: isWide ? SPARKLINE.wide : SPARKLINE.narrow }
  const isTight = share - full.ports - full.spark < MIN_ENDS
  const ports = !isShown(choice, 'port') ? 0 : isTight ? TIGHT_PORTS : full.ports
  const spark = isShown(choice, 'conns') && !isTight ? full.spark : 0
  const minEnds = isTight ? MIN_TIGHT_ENDS : MIN_ENDS
  const left = share - ports - spark
  const hasDecided = isWide && isShown(choice, 'decided')
  // What is more than the widths of the drawing is shared by the two columns with names.
  const wideEnds = Math.max(minEnds, Math.min(Math.max(366, Math.floor(left / 2)), left - MIN_DECIDED))
  const ends = hasDecided ? wideEnds : Math.max(minEnds, left)
  const minWidth = room - left + (hasDecided ? ends + MIN_DECIDED : minEnds)
  const decided = hasDecided ? Math.max(MIN_DECIDED, left - ends) : ends
  return { ...fixed, ports, spark, ends, minEnds, decided, hasDecided, minWidth }
}

function phoneLayout(room: number) {
  const inner = room - 2 * MARGIN
  return {
    areas: '"action action count seen" "ends ends ends ends" "port decided decided decided"',
    heads: '"action action count seen"',
    tracks: 'auto minmax(0, 1fr) auto auto',
    minWidth: 0,
    rowHeight: PHONE_ROW_HEIGHT,
    headingHeight: 0,
    endsWidth: inner - ARROW,
    portsWidth: inner * 0.55,
    decidedWidth: inner,
    hasBars: false,
  }
}

function trackOf(name: string, size: number): readonly (readonly [string, string])[] {
  return size === 0 ? [] : [[name, `${size}px`]]
}

function twoLineLayout(input: LayoutInput, extras: readonly ColumnId[]) {
  const widths = widthsOf(input, extras)
  const { ends, ports, spark, decided, minEnds, hasDecided } = widths
  const placed = [
    ...trackOf('action', widths.verdict),
    ['ends', hasDecided ? `${ends}px` : `minmax(${minEnds}px, 1fr)`] as const,
    ...trackOf('port', ports),
    ...(hasDecided ? [['decided', `minmax(${MIN_DECIDED}px, 1fr)`] as const] : []),
    ...extras.flatMap((id) => trackOf(id, columnOf(id).width)),
    ...trackOf('count', widths.count + spark),
    ...trackOf('seen', widths.last),
  ]
  const line = placed.map(([name]) => name).join(' ')
  const isBelow = !hasDecided && isShown(input.choice, 'decided')
  return {
    areas: `"${line}" "${isBelow ? line.replace('ends', 'decided') : line}"`,
    heads: `"${line}"`,
    tracks: placed.map(([, track]) => track).join(' '),
    minWidth: widths.minWidth,
    rowHeight: ROW_HEIGHT,
    headingHeight: HEADING_HEIGHT,
    endsWidth: ends - 2 * PADDING - ARROW,
    portsWidth: ports - 2 * PADDING,
    decidedWidth: decided - 2 * PADDING,
    hasBars: spark > 0,
  }
}

/** The layout for a table of `width`; `aged` rows say how long ago they were, others the time of day. */
export function layoutOf(
  choice: ColumnChoice,
  {
    measure,
    aged,
    summed = false,
  }: { readonly measure: Measure; readonly aged: boolean; readonly summed?: boolean },
  width: number | null,
  textWidth: (text: string, face: Face) => number,
): TableLayout {
  const room = width ?? UNMEASURED
  const kind = kindOf(room)
  const extras = kind === 'phone' ? [] : chosenExtras(choice, measure)
  const columns = rowColumns(choice, measure, extras)
  const placed =
    kind === 'phone'
      ? phoneLayout(room)
      : twoLineLayout({ choice, measure, aged, summed, kind, room, textWidth }, extras)
  return { kind, columns, extras, measure, ...placed }
}
