/**
 * The timeline as a picture: an SVG document that needs nothing else, with the scale, the bars and the light colours of the
 * screen, and in words what it is of.
 */
import { print } from '../filter/language/print.ts'
import type { Expression } from '../filter/tree/expression.ts'
import { formatStep, formatSum, MEASURES } from '../flows/measure-words.ts'
import type { MeasureFieldId } from '../flows/field.ts'
import { axisOf, roundUp, tickLabels, xOf } from '../flows/time-axis.ts'
import { barPaths, gapsOf, highestBar, type TimeBars } from '../flows/time-bars.ts'
import { formatClocks, formatDays } from '../lib/format.ts'
import { visibleText } from '../lib/visible-text.ts'

export interface TimelinePicture {
  /** The name of the source. */
  readonly source: string
  readonly filter: Expression
  readonly bars: TimeBars & { readonly measure: MeasureFieldId | 'records' }
  /** What is drawn, in Unix seconds; null for all that the bars cover. */
  readonly range: { readonly from: number; readonly to: number } | null
}

/** In pixels of the document. */
const PICTURE_WIDTH = 1200
const SIDE = 24
const PLOT_WIDTH = PICTURE_WIDTH - 2 * SIDE
const PLOT_HEIGHT = 140
const LINE_HEIGHT = 18
/** A bar with its gap is so wide at least, as on the screen; more bars are added up. */
const MIN_CELL = 4
/** About as many characters of the monospaced font as fit one line. */
const LINE_LENGTH = 155
const MAX_FILTER_LINES = 3
const MAX_SOURCE_LENGTH = 60
/** Half the width of a time: one nearer to an edge would be cut. */
const HALF_TICK = 20

/** The light theme of the screen (src/index.css). */
export const PICTURE_COLOURS = {
  surface: '#ffffff',
  line: '#e6e3dc',
  edge: '#8d887d',
  ink: '#1d1c1a',
  muted: '#625f58',
  deny: '#b92f17',
  bar: '#b9cbc1',
} as const

const SANS = 'Inter, system-ui, -apple-system, Segoe UI, Roboto, sans-serif'
const MONO = 'JetBrains Mono, ui-monospace, SF Mono, Menlo, Consolas, monospace'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** A text in XML, which has no control characters, nor the two last code points of the basic plane (XML 1.0, "Char"). */
function escaped(content: string): string {
  return visibleText(content)
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

interface TextLook {
  readonly size: number
  readonly fill: string
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly bold?: boolean
  readonly mono?: boolean
}

function text(x: number, y: number, content: string, look: TextLook): string {
  const { size, fill, anchor = 'start', bold = false, mono = false } = look
  const font = `${mono ? ` font-family="${MONO}"` : ''}${bold ? ' font-weight="600"' : ''}`
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${font} xml:space="preserve">${escaped(content)}</text>`
}

/** At most so many characters; what is left out has a sign at the end. */
function cutTo(characters: readonly string[], most: number): readonly string[] {
  return characters.length <= most ? characters : [...characters.slice(0, most - 1), '…']
}

/** The filter in lines, as far as they fit. */
function filterLines(filter: Expression): readonly string[] {
  const characters = Array.from(visibleText(print(filter)))
  if (characters.length === 0) return []
  const shown = cutTo(characters, MAX_FILTER_LINES * LINE_LENGTH)
  return Array.from({ length: Math.ceil(shown.length / LINE_LENGTH) }, (_, i) =>
    shown.slice(i * LINE_LENGTH, (i + 1) * LINE_LENGTH).join(''),
  )
}

/** The steps of a range, of which neighbours are added up where there are more than have room. */
function barsIn(bars: TimelinePicture['bars'], from: number, to: number): TimelinePicture['bars'] {
  const { step } = bars
  const first = Math.max(0, Math.floor((from - bars.from) / step))
  const end = Math.min(bars.allowed.length, Math.ceil((to - bars.from) / step))
  const count = Math.max(0, end - first)
  const together = Math.max(1, Math.ceil(count / Math.floor(PLOT_WIDTH / MIN_CELL)))
  const merged = (values: Float64Array | Uint8Array): Float64Array => {
    const sums = new Float64Array(Math.ceil(count / together))
    for (let i = 0; i < count; i++) sums[Math.floor(i / together)]! += values[first + i] ?? 0
    return sums
  }
  return {
    from: bars.from + first * step,
    step: step * together,
    measure: bars.measure,
    allowed: merged(bars.allowed),
    denied: merged(bars.denied),
    other: merged(bars.other),
    gaps: Uint8Array.from(merged(bars.gaps), (gaps) => (gaps > 0 ? 1 : 0)),
  }
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** The whole of the document. Times are in the zone of the reader, which is named. */
export function timelineSvg({ source, filter, bars: all, range }: TimelinePicture): string {
  const whole = { from: all.from, to: all.from + all.step * all.allowed.length }
  const shown = range ?? whole
  const bars = barsIn(all, shown.from, shown.to)
  const { measure, step } = bars
  const axis = axisOf({ from: bars.from, to: bars.from + step * bars.allowed.length }, step, PLOT_WIDTH)
  const highest = highestBar(bars)
  const max = roundUp(highest)
  const name = MEASURES.find((each) => each.measure === measure)?.name ?? measure
  const lines = filterLines(filter)
  const plotTop = 70 + lines.length * LINE_HEIGHT
  const plotEnd = plotTop + PLOT_HEIGHT
  const legendY = plotEnd + 48
  const { ink, muted, line, surface } = PICTURE_COLOURS
  const width = axis.slots * axis.cell
  const right = PICTURE_WIDTH - SIDE
  const shortSource = cutTo(Array.from(visibleText(source)), MAX_SOURCE_LENGTH).join('')
  const title = `${shortSource}: ${name} over time`
  const what = `${formatClocks(shown.from, shown.to)}, ${formatDays(shown.from, shown.to)}`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PICTURE_WIDTH}" height="${legendY + 20}" viewBox="0 0 ${PICTURE_WIDTH} ${legendY + 20}" role="img" font-family="${SANS}">`,
    `<title>${escaped(`${title}, ${what}`)}</title>`,
    `<rect width="100%" height="100%" fill="${surface}"/>`,
    text(SIDE, 34, title, { size: 17, fill: ink, bold: true }),
    text(right, 34, what, { size: 13, fill: muted, anchor: 'end' }),
    ...lines.map((each, i) => text(SIDE, 54 + i * LINE_HEIGHT, each, { size: 12, fill: ink, mono: true })),
    text(SIDE, plotTop - 6, `${formatSum(highest === 0 ? 0 : max, measure)} ${name} in ${formatStep(step)}`, {
      size: 11,
      fill: muted,
    }),
    `<g transform="translate(${SIDE} ${plotTop})" shape-rendering="crispEdges">`,
    `<path d="M0 .5h${PLOT_WIDTH}M0 ${PLOT_HEIGHT + 0.5}h${PLOT_WIDTH}" stroke="${line}"/>`,
    ...plot(bars, axis, max),
    '</g>',
    ...tickLabels(axis, width, HALF_TICK).map((tick) =>
      text(SIDE + tick.x, plotEnd + 16, tick.text, { size: 11, fill: muted, anchor: tick.anchor }),
    ),
    ...legend(bars, legendY),
    '</svg>\n',
  ].join('\n')
}

function plot(bars: TimeBars, axis: ReturnType<typeof axisOf>, max: number): readonly string[] {
  const { edge, deny, bar } = PICTURE_COLOURS
  const paths = barPaths(bars, axis, max, PLOT_HEIGHT)
  const gaps = gapsOf(bars).map((gap) => {
    const x = xOf(axis, gap.from)
    return `<rect data-gap="" x="${x}" width="${xOf(axis, gap.to) - x}" height="${PLOT_HEIGHT}" fill="url(#hatch)" opacity="0.5"/>`
  })
  return [
    `<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line x2="0" y2="6" stroke-width="1.5" stroke="${edge}"/></pattern></defs>`,
    ...gaps,
    ...(['allowed', 'other', 'denied'] as const).flatMap((verdict) => {
      const fill = { allowed: bar, other: edge, denied: deny }[verdict]
      return paths[verdict] === ''
        ? []
        : [`<path data-bars="${verdict}" d="${paths[verdict]}" fill="${fill}"/>`]
    }),
  ]
}

/** What the colours mean, with the sums of what is drawn. */
function legend(
  { denied, allowed, other, gaps, measure }: TimelinePicture['bars'],
  y: number,
): readonly string[] {
  const { edge, deny, bar, ink, muted } = PICTURE_COLOURS
  const entries = [
    { fill: deny, words: `${formatSum(sumOf(denied), measure)} denied` },
    { fill: bar, words: `${formatSum(sumOf(allowed), measure)} allowed` },
    ...(sumOf(other) > 0
      ? [{ fill: edge, words: `${formatSum(sumOf(other), measure)} without a verdict` }]
      : []),
    ...(gaps.includes(1) ? [{ fill: 'url(#hatch)', words: 'nothing received' }] : []),
  ]
  return [
    ...entries.flatMap(({ fill, words }, i) => {
      const x = SIDE + i * 190
      return [
        `<rect x="${x}" y="${y - 9}" width="10" height="10" rx="2" fill="${fill}"/>`,
        text(x + 16, y, words, { size: 12, fill: ink }),
      ]
    }),
    text(PICTURE_WIDTH - SIDE, y, 'Flowtrace', { size: 11, fill: muted, anchor: 'end' }),
  ]
}
