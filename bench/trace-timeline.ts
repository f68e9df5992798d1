/**
 * The tasks of a Chrome trace in the order of time, from the last key press or click: where an act waits, which sums over
 * the whole trace do not say.
 */
import { formatTable } from './timing.ts'
import { THREAD_KINDS, type ThreadSummary, type TraceEvent } from './trace-summary.ts'

/** Tasks below this number of milliseconds are left out. */
const MIN_TASK_MS = 1
/** Milliseconds after the act's input. */
const MAX_TIME_MS = 250

/** The events of a frame's work, by the column that they are summed in. */
const WORK = {
  style: new Set(['UpdateLayoutTree']),
  layout: new Set(['Layout']),
  paint: new Set(['PrePaint', 'Paint', 'Layerize', 'Commit']),
} as const

export interface TimelineTask {
  readonly thread: ThreadSummary['kind']
  /** Milliseconds since the input. */
  readonly at: number
  /** Milliseconds. */
  readonly took: number
  /** Of them, milliseconds of each kind of a frame's work; the rest is script for the most part. */
  readonly style: number
  readonly layout: number
  readonly paint: number
}

const endOf = ({ ts = 0, dur = 0 }: TraceEvent): number => ts + dur

/** Milliseconds of the events with those names inside of the task, those that lie in another one left out. */
function sumWithin(task: TraceEvent, events: readonly TraceEvent[], names: ReadonlySet<string>): number {
  let sum = 0
  let end = Number.NEGATIVE_INFINITY
  for (const event of events) {
    const { name, ts = 0, dur = 0 } = event
    if (!names.has(name) || ts < (task.ts ?? 0) || endOf(event) > endOf(task) || endOf(event) <= end) continue
    sum += dur
    end = endOf(event)
  }
  return sum / 1000
}

/** The tasks of the page that got the last key press or click, and of its workers; none where there was no input. */
export function timelineOf(events: readonly TraceEvent[]): readonly TimelineTask[] {
  const inputs = events.filter(
    ({ name, args }) => name === 'EventDispatch' && /^(?:keydown|click)$/.test(args?.data?.type ?? ''),
  )
  const input = inputs.toSorted((a, b) => (a.ts ?? 0) - (b.ts ?? 0)).at(-1)
  if (input?.ts === undefined) return []
  const start = input.ts
  const kinds = new Map(
    events.flatMap(({ name, pid, tid, args }) => {
      const kind = name === 'thread_name' ? THREAD_KINDS[args?.name ?? ''] : undefined
      return kind === undefined || pid !== input.pid ? [] : [[tid, kind] as const]
    }),
  )
  const timed = events
    .filter(({ ph, pid }) => ph === 'X' && pid === input.pid)
    .toSorted((a, b) => (a.ts ?? 0) - (b.ts ?? 0))
  return timed.flatMap((task) => {
    const { name, tid, ts = 0, dur = 0 } = task
    const thread = kinds.get(tid)
    const isInTime = ts + dur > start && ts < start + MAX_TIME_MS * 1000
    if (name !== 'RunTask' || thread === undefined || !isInTime || dur < MIN_TASK_MS * 1000) return []
    const own = timed.filter((event) => event.tid === tid)
    return [
      {
        thread,
        at: (ts - start) / 1000,
        took: dur / 1000,
        style: sumWithin(task, own, WORK.style),
        layout: sumWithin(task, own, WORK.layout),
        paint: sumWithin(task, own, WORK.paint),
      },
    ]
  })
}

const figure = (ms: number): string => (ms === 0 ? '' : ms.toFixed(1))

/** A table with a line for each task. */
export function formatTimeline(tasks: readonly TimelineTask[]): string {
  const rows = tasks.map(({ thread, at, took, style, layout, paint }) => [
    at.toFixed(1),
    thread,
    took.toFixed(1),
    ...[style, layout, paint].map(figure),
  ])
  return formatTable(['at ms', 'thread', 'took', 'style', 'layout', 'paint'], rows)
}
