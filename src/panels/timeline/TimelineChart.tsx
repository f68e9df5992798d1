import { useEffect, useLayoutEffect, useRef } from 'react'
import UPlot from 'uplot'

import { ensure } from '../../lib/assert.ts'
import type { Histogram, TimeRange } from '../../state/client/rows.ts'
import { Palette } from './palette.ts'
import { snapped } from './range-keys.ts'

const HEIGHT = 62

/** The chart's columns: starts of the steps, everything, and everything but the denied, drawn over it. */
function dataOf({ from, step, allowed, denied, other }: Histogram): UPlot.AlignedData {
  const starts = Float64Array.from(allowed, (_, i) => from + i * step)
  const quiet = allowed.map((count, i) => count + (other[i] ?? 0))
  const all = quiet.map((count, i) => count + (denied[i] ?? 0))
  return [starts, all, quiet]
}

/** Hatches the steps in which nothing was received: a gap is not a quiet time. */
function drawGaps(chart: UPlot, { from, step, gaps }: Histogram, palette: Palette): void {
  const { ctx, bbox } = chart
  ctx.save()
  ctx.strokeStyle = palette.colour('--edge')
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

function drawWindow(chart: UPlot, window: TimeRange | null, palette: Palette): void {
  if (window === null) return
  const { ctx, bbox } = chart
  const left = chart.valToPos(window.from, 'x', true)
  const right = chart.valToPos(window.to, 'x', true)
  ctx.save()
  ctx.fillStyle = palette.colour('--accent')
  ctx.globalAlpha = 0.12
  ctx.fillRect(left, bbox.top, right - left, bbox.height)
  ctx.globalAlpha = 1
  const line = 1.5 * devicePixelRatio
  ctx.fillRect(left, bbox.top, line, bbox.height)
  ctx.fillRect(right - line, bbox.top, line, bbox.height)
  ctx.restore()
}

/** The bars. A drag chooses a window on whole steps, a plain click clears it. */
export function TimelineChart(props: {
  histogram: Histogram
  window: TimeRange | null
  onSelect: (range: TimeRange | null) => void
}) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<UPlot | null>(null)
  // The chart's hooks are made once and read what is current when they run.
  const current = useRef(props)
  useLayoutEffect(() => {
    current.current = props
  })

  useEffect(() => {
    const element = ensure(box.current, 'the chart has its element when it is mounted')
    const palette = new Palette()
    const bars = ensure(UPlot.paths.bars, 'uPlot has bars')({ size: [0.86, 24], align: 1 })
    const series = (fill: string): UPlot.Series => ({
      fill: () => palette.colour(fill),
      stroke: () => palette.colour(fill),
      width: 0,
      points: { show: false },
      paths: bars,
    })
    const options = (wide: number): UPlot.Options => ({
      width: wide,
      height: HEIGHT,
      padding: [2, 0, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
      select: { show: true, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: {
          time: false,
          range: () => {
            const { from, step, allowed } = current.current.histogram
            return [from, from + step * allowed.length]
          },
        },
        y: { range: (_plot, _min, max) => [0, Math.max(1, max)] },
      },
      axes: [{ show: false }, { show: false }],
      series: [{}, series('--deny'), series('--bar')],
      hooks: {
        draw: [
          (drawn) => {
            drawGaps(drawn, current.current.histogram, palette)
            drawWindow(drawn, current.current.window, palette)
          },
        ],
        setSelect: [
          (selecting) => {
            const { left, width } = selecting.select
            const { histogram, onSelect } = current.current
            if (width < 3) return onSelect(null)
            const range = {
              from: selecting.posToVal(left, 'x'),
              to: selecting.posToVal(left + width, 'x'),
            }
            selecting.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
            onSelect(snapped(range, histogram))
          },
        ],
      },
    })
    let making: ReturnType<typeof setTimeout> | undefined
    // To ask for the width now would lay out all that was just drawn, and again after the chart; the observer is told of it
    // for nothing. In a task of its own, the chart does not hold up the first rows.
    const resizing = new ResizeObserver(([entry]) => {
      const width = Math.round(entry?.contentRect.width ?? 0)
      if (chart.current !== null) return chart.current.setSize({ width, height: HEIGHT })
      clearTimeout(making)
      making = setTimeout(() => {
        chart.current = new UPlot(options(width), dataOf(current.current.histogram), element)
      }, 0)
    })
    resizing.observe(element)
    const unfollow = palette.follow(() => chart.current?.redraw(true))
    return () => {
      clearTimeout(making)
      resizing.disconnect()
      unfollow()
      chart.current?.destroy()
      chart.current = null
    }
  }, [])

  useEffect(() => chart.current?.setData(dataOf(props.histogram)), [props.histogram])
  // Drawing reads the window.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies
  useEffect(() => chart.current?.redraw(false), [props.window])
  return <div ref={box} className="h-full w-full" />
}
