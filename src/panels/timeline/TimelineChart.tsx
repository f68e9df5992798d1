import { useEffect, useLayoutEffect, useRef } from 'react'
import UPlot from 'uplot'

import { ensure } from '../../lib/assert.ts'
import type { Histogram } from '../../state/client/histogram.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import { CanvasColours } from './canvas-colours.ts'
import { snapToSteps } from './range-steps.ts'

const HEIGHT_PX = 62

/** The columns of the chart: starts of the steps, all records, and all but the denied, whose bars are drawn over the first. */
function dataOf({ from, step, allowed, denied, other }: Histogram): UPlot.AlignedData {
  const starts = Float64Array.from(allowed, (_, i) => from + i * step)
  const quiet = allowed.map((count, i) => count + (other[i] ?? 0))
  const all = quiet.map((count, i) => count + (denied[i] ?? 0))
  return [starts, all, quiet]
}

/** Hatches the steps in which nothing was received, to tell a gap from a time without traffic. */
function drawGaps(chart: UPlot, { from, step, gaps }: Histogram, colours: CanvasColours): void {
  const { ctx, bbox } = chart
  ctx.save()
  ctx.strokeStyle = colours.colour('--edge')
  ctx.lineWidth = devicePixelRatio
  for (const [i, gap] of gaps.entries()) {
    if (gap === 0) continue
    const left = chart.valToPos(from + i * step, 'x', true)
    const right = chart.valToPos(from + (i + 1) * step, 'x', true)
    ctx.save()
    ctx.beginPath()
    ctx.rect(left, bbox.top, right - left, bbox.height)
    ctx.clip()
    ctx.globalAlpha = 0.5
    ctx.beginPath()
    for (let x = left - bbox.height; x < right; x += 6 * devicePixelRatio) {
      ctx.moveTo(x, bbox.top + bbox.height)
      ctx.lineTo(x + bbox.height, bbox.top)
    }
    ctx.stroke()
    ctx.restore()
  }
  ctx.restore()
}

function drawRange(chart: UPlot, range: TimeRange | null, colours: CanvasColours): void {
  if (range === null) return
  const { ctx, bbox } = chart
  const left = chart.valToPos(range.from, 'x', true)
  const right = chart.valToPos(range.to, 'x', true)
  ctx.save()
  ctx.fillStyle = colours.colour('--accent')
  ctx.globalAlpha = 0.12
  ctx.fillRect(left, bbox.top, right - left, bbox.height)
  ctx.globalAlpha = 1
  const line = 1.5 * devicePixelRatio
  ctx.fillRect(left, bbox.top, line, bbox.height)
  ctx.fillRect(right - line, bbox.top, line, bbox.height)
  ctx.restore()
}

interface ChartProps {
  readonly histogram: Histogram
  /** The range that is selected; null for everything held. */
  readonly range: TimeRange | null
  readonly onSelect: (range: TimeRange | null) => void
}

/** A drag of fewer pixels than this is a click. */
const MIN_DRAG_PX = 3

/** Options of a chart whose hooks read the newest props when they run: uPlot takes its hooks once. */
function chartOptions(width: number, props: () => ChartProps, colours: CanvasColours): UPlot.Options {
  const bars = ensure(UPlot.paths.bars, 'uPlot has bars')({ size: [0.86, 24], align: 1 })
  const series = (fill: string): UPlot.Series => ({
    fill: () => colours.colour(fill),
    stroke: () => colours.colour(fill),
    width: 0,
    points: { show: false },
    paths: bars,
  })
  const draw = (chart: UPlot): void => {
    drawGaps(chart, props().histogram, colours)
    drawRange(chart, props().range, colours)
  }
  const setSelect = (chart: UPlot): void => {
    const { left, width: dragged } = chart.select
    const { histogram, onSelect } = props()
    if (dragged < MIN_DRAG_PX) return onSelect(null)
    const range = { from: chart.posToVal(left, 'x'), to: chart.posToVal(left + dragged, 'x') }
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    onSelect(snapToSteps(range, histogram))
  }
  return {
    width,
    height: HEIGHT_PX,
    padding: [2, 0, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    scales: {
      x: {
        time: false,
        range: () => {
          const { from, step, allowed } = props().histogram
          return [from, from + step * allowed.length]
        },
      },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max)] },
    },
    axes: [{ show: false }, { show: false }],
    series: [{}, series('--deny'), series('--bar')],
    hooks: { draw: [draw], setSelect: [setSelect] },
  }
}

/** The bars of the histogram. A drag selects a range of whole steps, a click clears it. */
export function TimelineChart(props: ChartProps) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<UPlot | null>(null)
  const latest = useRef(props)
  useLayoutEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const element = ensure(box.current, 'the chart has its element when it is mounted')
    const colours = new CanvasColours()
    let creating: ReturnType<typeof setTimeout> | undefined
    // The observer reports the width without a forced layout, which reading it here would cause, once now and once after
    // the chart is drawn. The chart is created in a task of its own, so that it does not delay the first rows.
    const resizing = new ResizeObserver(([entry]) => {
      const width = Math.round(entry?.contentRect.width ?? 0)
      if (chart.current !== null) return chart.current.setSize({ width, height: HEIGHT_PX })
      clearTimeout(creating)
      creating = setTimeout(() => {
        const options = chartOptions(width, () => latest.current, colours)
        chart.current = new UPlot(options, dataOf(latest.current.histogram), element)
      }, 0)
    })
    resizing.observe(element)
    const unsubscribe = colours.subscribe(() => chart.current?.redraw(true))
    return () => {
      clearTimeout(creating)
      resizing.disconnect()
      unsubscribe()
      chart.current?.destroy()
      chart.current = null
    }
  }, [])

  useEffect(() => chart.current?.setData(dataOf(props.histogram)), [props.histogram])
  // The hook that draws reads the range.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies
  useEffect(() => chart.current?.redraw(false), [props.range])
  return <div ref={box} className="h-full w-full" />
}
