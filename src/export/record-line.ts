/** The one place that decides how a record is written into a capture and into JSON lines. */
import { writeFlow } from '../capture/write.ts'
import type { Flow, FlowKey } from '../flows/flow.ts'

/** One record as a line of JSON, in Goldmane's protojson, with its line end. */
export function recordLine(flow: Flow): string {
  return `${writeFlow(flow)}\n`
}

/** The members that differ from record to record of one key. */
const NUMBERS = [
  'startTime',
  'endTime',
  'packetsIn',
  'packetsOut',
  'bytesIn',
  'bytesOut',
  'numConnectionsStarted',
  'numConnectionsCompleted',
  'numConnectionsLive',
] as const

/** The number that stands for the one of that index in a template: a safe integer that no record has. */
function placeholder(index: number): number {
  return 8_999_999_999_999_900 + index
}

/** A line cut at its numbers. */
interface LineTemplate {
  readonly sourceLabels: readonly string[]
  readonly destLabels: readonly string[]
  /** The texts before, between and after the numbers, and which number follows each but the last. Null: not cut. */
  readonly cut: { readonly texts: readonly string[]; readonly numbers: readonly number[] } | null
}

/** Equal for records of which the same numbers are zeros, which are left out, or not recorded. */
function shapeOf(flow: Flow): number {
  let shape = 0
  for (const member of NUMBERS) shape = shape * 3 + (flow[member] === null ? 2 : flow[member] === 0 ? 1 : 0)
  return shape
}

/** Null where a placeholder is not in the line exactly once, as when a name has its digits. */
function cutAtNumbers(flow: Flow): LineTemplate['cut'] {
  const members = NUMBERS.map((member, index) => {
    const value = flow[member]
    return [member, value === null || value === 0 ? value : placeholder(index)] as const
  })
  const line = recordLine({ ...flow, ...Object.fromEntries(members) })
  const texts: string[] = []
  const numbers: number[] = []
  const places = members.flatMap(([, value], index) =>
    value === null || value === 0 ? [] : [{ index, digits: String(value), at: line.indexOf(String(value)) }],
  )
  let from = 0
  for (const { index, digits, at } of places.toSorted((a, b) => a.at - b.at)) {
    if (at < from || line.lastIndexOf(digits) !== at) return null
    texts.push(line.slice(from, at))
    numbers.push(index)
    from = at + digits.length
  }
  return { texts: [...texts, line.slice(from)], numbers }
}

/**
 * Writes lines as {@link recordLine} does, faster where records share their key objects: the line of a key is written
 * once, with placeholders for the numbers, and afterwards only these are filled in. An export of 200,000 records of 600
 * keys takes a fifth less of CPU time by it.
 */
export class RecordLines {
  /** By key, then by {@link shapeOf}. Weak: a template goes with the key that the reader of records has dropped. */
  readonly #templates = new WeakMap<FlowKey, Map<number, LineTemplate>>()

  line(flow: Flow): string {
    const { cut } = this.#templateOf(flow)
    if (cut === null) return recordLine(flow)
    const { texts, numbers } = cut
    let line = texts[0] ?? ''
    for (let i = 0; i < numbers.length; i++) line += `${flow[NUMBERS[numbers[i]!]!]}${texts[i + 1]!}`
    return line
  }

  #templateOf(flow: Flow): LineTemplate {
    const { key, sourceLabels, destLabels } = flow
    let ofKey = this.#templates.get(key)
    if (ofKey === undefined) this.#templates.set(key, (ofKey = new Map()))
    const shape = shapeOf(flow)
    const known = ofKey.get(shape)
    if (known?.sourceLabels === sourceLabels && known.destLabels === destLabels) return known
    const template = { sourceLabels, destLabels, cut: cutAtNumbers(flow) }
    ofKey.set(shape, template)
    return template
  }
}
