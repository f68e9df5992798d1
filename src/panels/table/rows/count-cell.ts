import type { RowContent, CellInside } from './row-cell.ts'
import { newElement, newShape, setAttribute, setClass, setText } from './dom-changes.ts'
import { CONTAINED } from './icon-element.ts'
import { measureTitle, sumOf, sumWords } from './row-words.ts'
import { BASELINE, barsPath, SPARKLINE_SIZE } from './sparkline.ts'

const COUNT = 'min-w-0 flex-1 grows-left group-data-[layout=phone]/grid:font-semibold'
const NOT_RECORDED = 'text-2xs leading-[13px] text-faint'
const SPARKLINE = `block ${CONTAINED}`

/** A bar chart without axes. Hidden from assistive technology: the number beside it has the sum of the values. */
function newSparkline() {
  const baseline = newShape('path', { d: BASELINE })
  const bars = newShape('path', { fill: 'currentColor' })
  const element = newShape('svg', { ...SPARKLINE_SIZE, 'aria-hidden': 'true' }, baseline, bars)
  const show = (values: readonly number[], ceiling: number, isDenied: boolean): void => {
    setClass(element, `${SPARKLINE} ${isDenied ? 'text-deny' : 'text-bar'}`)
    setClass(baseline, `stroke-line-soft ${values.length === 0 ? 'hidden' : ''}`)
    setAttribute(bars, 'd', barsPath(values, ceiling))
  }
  return { element, show }
}

/** The row's sum of the measure that the reader chose, beside its course on a scale that all rows share. */
export function newCountCell(): CellInside {
  const sparkline = newSparkline()
  const chart = newElement('span', 'flex-none', sparkline.element)
  const text = new Text()
  const count = newElement('span', COUNT, text)
  return {
    nodes: [chart, count],
    show: ({ row, look: { layout, ceiling } }: RowContent) => {
      const { measure, hasBars } = layout
      const isRecorded = sumOf(row, measure) !== null
      setClass(chart, hasBars ? 'flex-none' : 'flex-none hidden')
      sparkline.show(isRecorded ? row.trend : [], ceiling, row.key.action === 'Deny')
      setAttribute(count, 'title', isRecorded ? null : `${measureTitle(measure)} are not in the record`)
      setClass(count, isRecorded ? COUNT : `${COUNT} ${NOT_RECORDED}`)
      setText(text, sumWords(row, measure))
    },
  }
}
