/**
 * Sums up a Chrome trace: how long each thread of the page and its workers was busy, and the functions with most self time.
 * The format is the Trace Event Format with the CPU profiles of V8's sampler, as Chromium's Performance panel reads it.
 */
import { formatTable, formatWhole } from './timing.ts'

interface CallFrame {
  readonly functionName: string
  readonly url?: string
  /** From 0. */
  readonly lineNumber?: number
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: CallFrame
}

/** The members that are read of an event; all times are microseconds. */
export interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts?: number
  readonly dur?: number
  readonly id?: string
  readonly args?: {
    readonly name?: string
    readonly data?: {
      /** Of a dispatched event. */
      readonly type?: string
      readonly timeDeltas?: readonly number[]
      readonly cpuProfile?: {
        readonly nodes?: readonly ProfileNode[]
        readonly samples?: readonly number[]
      }
    }
  }
}

export interface FunctionTime {
  /** `name file.js:line`. */
  readonly name: string
  /** Milliseconds by samples, in the function itself and not in those that it calls. */
  readonly self: number
}

export interface ThreadSummary {
  readonly kind: 'main thread' | 'worker'
  readonly pid: number
  readonly tid: number
  /** Milliseconds with any task. */
  readonly busy: number
  /** Milliseconds of the longest task. */
  readonly longest: number
  /** By self time, the greatest first. */
  readonly functions: readonly FunctionTime[]
}

/** V8's own entries for time in which no JavaScript ran; "(garbage collector)" is work, and is kept. */
const NOT_FUNCTIONS = new Set(['(root)', '(program)', '(idle)'])
/** The threads of interest by the names that Chromium gives them. */
export const THREAD_KINDS: Readonly<Record<string, ThreadSummary['kind']>> = {
  CrRendererMain: 'main thread',
  'DedicatedWorker thread': 'worker',
  'SharedWorker thread': 'worker',
}

function nameOf({ functionName, url = '', lineNumber = -1 }: CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  const file = url.slice(url.lastIndexOf('/') + 1)
  return file === '' ? name : `${name} ${file}:${lineNumber + 1}`
}

const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`

/** The union of the thread's tasks, because those of inner loops are nested. */
function busyTime(events: readonly TraceEvent[]): { busy: number; longest: number } {
  const tasks = events
    .filter(({ ph, dur }) => ph === 'X' && dur !== undefined)
    .map(({ ts = 0, dur = 0 }) => ({ from: ts, to: ts + dur }))
    .toSorted((a, b) => a.from - b.from)
  let busy = 0
  let longest = 0
  let end = Number.NEGATIVE_INFINITY
  for (const { from, to } of tasks) {
    busy += Math.max(0, to - Math.max(from, end))
    longest = Math.max(longest, to - from)
    end = Math.max(end, to)
  }
  return { busy: busy / 1000, longest: longest / 1000 }
}

/** The chunks of one profile, in order. A sample's time lasts until the next one, wherever the chunks were cut. */
function selfTimes(chunks: readonly TraceEvent[]): readonly FunctionTime[] {
  const names = new Map<number, string>()
  const times = new Map<string, number>()
  let last: number | null = null
  for (const { args } of chunks) {
    const { cpuProfile = {}, timeDeltas = [] } = args?.data ?? {}
    for (const { id, callFrame } of cpuProfile.nodes ?? []) names.set(id, nameOf(callFrame))
    for (const [i, sample] of (cpuProfile.samples ?? []).entries()) {
      const before = last === null ? undefined : names.get(last)
      if (before !== undefined) times.set(before, (times.get(before) ?? 0) + (timeDeltas[i] ?? 0) / 1000)
      last = sample
    }
  }
  return [...times]
    .filter(([name]) => !NOT_FUNCTIONS.has(name))
    .map(([name, self]) => ({ name, self }))
    .toSorted((a, b) => b.self - a.self)
}

/** The threads of renderers that ran any JavaScript, the busiest first. */
export function summariseTrace(events: readonly TraceEvent[]): readonly ThreadSummary[] {
  const kinds = new Map<string, ThreadSummary['kind']>()
  const tasks = new Map<string, TraceEvent[]>()
  /** The thread of each profile: its chunks come from the sampler's thread. */
  const profiled = new Map<string, string>()
  const chunks = new Map<string, TraceEvent[]>()
  const append = (lists: Map<string, TraceEvent[]>, key: string, event: TraceEvent): void => {
    const list = lists.get(key)
    if (list === undefined) lists.set(key, [event])
    else list.push(event)
  }
  for (const event of events) {
    const { name, ph, pid, id, args } = event
    const kind = name === 'thread_name' ? THREAD_KINDS[args?.name ?? ''] : undefined
    if (kind !== undefined) kinds.set(threadOf(event), kind)
    if (ph === 'X') append(tasks, threadOf(event), event)
    if (name === 'Profile') profiled.set(`${pid} ${id}`, threadOf(event))
    if (name === 'ProfileChunk') append(chunks, `${pid} ${id}`, event)
  }
  const chunksOf = new Map<string, TraceEvent[]>()
  for (const [profile, list] of chunks) {
    const thread = profiled.get(profile)
    if (thread !== undefined) chunksOf.set(thread, [...(chunksOf.get(thread) ?? []), ...list])
  }
  const summaries = [...kinds].map(([thread, kind]): ThreadSummary => {
    const [pid = 0, tid = 0] = thread.split(' ').map(Number)
    const functions = selfTimes(chunksOf.get(thread) ?? [])
    return { kind, pid, tid, ...busyTime(tasks.get(thread) ?? []), functions }
  })
  return summaries.filter(({ functions }) => functions.length > 0).toSorted((a, b) => b.busy - a.busy)
}

/** For each thread a line and a table of the `count` functions with most self time. */
export function formatSummary(threads: readonly ThreadSummary[], count: number): string {
  const parts = threads.map(({ kind, tid, busy, longest, functions }) => {
    const rows = functions.slice(0, count).map(({ name, self }) => [`${self.toFixed(1)} ms`, name])
    const head = `The ${kind} (thread ${tid}) was busy for ${formatWhole(busy)} ms; longest task ${formatWhole(longest)} ms`
    return `${head}\n\n${formatTable(['self time', 'function'], rows)}`
  })
  return parts.length === 0 ? 'The trace has no thread that ran JavaScript.' : parts.join('\n\n')
}
