/** Which groups and signatures look like scans, by the rule of src/flows/scan-rule.ts. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import {
  type Burst,
  burstOf,
  isInBurst,
  MIN_SCANNED,
  SCAN_SECONDS,
  type Target,
} from '../../flows/scan-rule.ts'
import { partIndex } from '../keys/key-dictionary.ts'
import { isInRange } from '../columns/chunked-rows.ts'
import type { Scan } from '../protocol.ts'
import type { Match, QueryContext } from './matching-rows.ts'

const PROTO = partIndex('proto')
const PORT = partIndex('destPort')

/** Upper bounds of the codes of protocols and ports, so that a source, a protocol and a port fit one safe integer. */
const PROTO_LIMIT = 2 ** 8
const PORT_LIMIT = 2 ** 17

interface TargetSum {
  records: number
  firstSeen: number
  lastSeen: number
}

/** Adds up the records of targets, by what tried them. */
class TargetSums {
  readonly #byOrigin = new Map<number, Map<number, TargetSum>>()

  add(origin: number, target: number, { records, firstSeen, lastSeen }: Target): void {
    let targets = this.#byOrigin.get(origin)
    if (targets === undefined) this.#byOrigin.set(origin, (targets = new Map()))
    const sum = targets.get(target)
    if (sum === undefined) targets.set(target, { records, firstSeen, lastSeen })
    else {
      sum.records += records
      sum.firstSeen = Math.min(sum.firstSeen, firstSeen)
      sum.lastSeen = Math.max(sum.lastSeen, lastSeen)
    }
  }

  target(origin: number, target: number): Target | undefined {
    return this.#byOrigin.get(origin)?.get(target)
  }

  bursts(): ReadonlyMap<number, Burst> {
    const bursts = new Map<number, Burst>()
    for (const [origin, targets] of this.#byOrigin) {
      const burst = burstOf([...targets.values()])
      if (burst !== null) bursts.set(origin, burst)
    }
    return bursts
  }
}

/** A burst, and when its targets were tried in it. */
interface Found extends Burst {
  from: number
}

/** The scans among the matching flows of some groups. */
export class Scans {
  /** Ports by group, destinations by source and port. */
  readonly #ports = new TargetSums()
  readonly #sweeps = new TargetSums()
  readonly #portBursts = new Map<number, Found>()
  readonly #sweepBursts = new Map<number, Found>()
  readonly #context: QueryContext
  /** By group: the ports that it asked for, of those that may be part of a sweep. */
  readonly #sweptPorts = new Map<number, Set<number>>()

  /** `wanted`, by group: 1 for those that {@link ofGroup} or {@link ofFlow} will be asked about. */
  constructor({ flows }: Pick<Match, 'flows'>, context: QueryContext, wanted: Uint8Array) {
    this.#context = context
    // Whatever was asked for within the hour of a sum would look as if it were asked for at once.
    if (flows === null || context.snapshot.recordSeconds > BUCKET_SECONDS) return
    this.#addTargets(flows, wanted)
    for (const [group, burst] of this.#ports.bursts()) this.#portBursts.set(group, startAt(burst))
    for (const [sweep, burst] of this.#sweeps.bursts()) this.#sweepBursts.set(sweep, startAt(burst))
    if (this.#portBursts.size + this.#sweepBursts.size > 0) this.#findStarts(flows)
  }

  ofGroup(group: number): Scan | null {
    const ports = this.#portBursts.get(group)
    if (ports !== undefined) return scanOf(ports, 'ports')
    let greatest: Found | null = null
    for (const port of this.#sweptPorts.get(group) ?? []) {
      const burst = this.#sweepWith(group, port)
      if (burst !== null && (greatest === null || isGreater(burst, greatest))) greatest = burst
    }
    return greatest === null ? null : scanOf(greatest, 'sweep')
  }

  /** The scan that a flow is a part of. */
  ofFlow(flow: number): Scan | null {
    const group = this.#context.groups.ofFlows()[flow]!
    const port = this.#portOf(flow)
    const ports = this.#portBurstWith(group, port)
    if (ports !== null) return scanOf(ports, 'ports')
    const sweep = this.#sweepWith(group, port)
    return sweep === null ? null : scanOf(sweep, 'sweep')
  }

  #addTargets(flows: Uint8Array, wanted: Uint8Array): void {
    const { groups, snapshot } = this.#context
    const { records, first, last } = snapshot.sums
    const groupOf = groups.ofFlows()
    const { source, destination } = groups.nameCodes()
    const { flowsOfGroup, groupsOfSource, wantedSource } = countTargets(flows, this.#context, wanted)
    for (let flow = 0; flow < flows.length; flow++) {
      if (flows[flow] === 0) continue
      const group = groupOf[flow]!
      const origin = source[group]!
      const mayScan = wanted[group] === 1 && flowsOfGroup[group]! >= MIN_SCANNED
      const maySweep = wantedSource[origin] === 1 && groupsOfSource[origin]! >= MIN_SCANNED
      if (!mayScan && !maySweep) continue
      const port = this.#portOf(flow)
      const target = { records: records[flow]!, firstSeen: first[flow]!, lastSeen: last[flow]! }
      if (mayScan) this.#ports.add(group, port, target)
      if (!maySweep) continue
      this.#sweeps.add(sweepOf(origin, port), destination[group]!, target)
      const swept = this.#sweptPorts.get(group)
      if (swept === undefined) this.#sweptPorts.set(group, new Set([port]))
      else swept.add(port)
    }
  }

  /** Finds the first records of the bursts, which the sums by flow do not tell where a scan comes again. */
  #findStarts(flows: Uint8Array): void {
    const { keys, slices, bounds } = this.#context.snapshot
    const burstsOf = this.#burstsByFlow(flows)
    const ends = Array.from(burstsOf.values(), (bursts) => bursts.map(({ latestEnd }) => latestEnd)).flat()
    const isTried = new Uint8Array(flows.length)
    for (const flow of burstsOf.keys()) isTried[flow] = 1
    const span = { from: leastOf(ends) - SCAN_SECONDS, to: -leastOf(ends.map((end) => -end)) }
    for (const { chunk, length } of slices) {
      if (chunk.newestStart < span.from || chunk.oldestStart >= span.to) continue
      const { entries, starts, startRuns } = chunk
      const addRun = (begin: number, end: number): void => {
        const start = starts[begin]!
        if (!isInRange(span, start) || !isInRange(bounds.time, start)) return
        for (let row = begin; row < end; row++) {
          const flow = keys.flowOf[entries[row]!]!
          if (isTried[flow] === 1)
            for (const burst of burstsOf.get(flow) ?? []) startNoLaterThan(burst, start)
        }
      }
      if (startRuns.isUsable) startRuns.forEachRun(length, addRun)
      else for (let row = 0; row < length; row++) addRun(row, row + 1)
    }
  }

  /** By matching flow: the bursts that its records are part of. */
  #burstsByFlow(flows: Uint8Array): ReadonlyMap<number, readonly Found[]> {
    const groupOf = this.#context.groups.ofFlows()
    const burstsOf = new Map<number, readonly Found[]>()
    for (let flow = 0; flow < flows.length; flow++) {
      if (flows[flow] === 0) continue
      const port = this.#portOf(flow)
      const all = [this.#portBurstWith(groupOf[flow]!, port), this.#sweepWith(groupOf[flow]!, port)]
      const bursts = all.filter((burst) => burst !== null)
      if (bursts.length > 0) burstsOf.set(flow, bursts)
    }
    return burstsOf
  }

  #portOf(flow: number): number {
    const { codes } = this.#context.snapshot.keys
    return codes[PROTO]![flow]! * PORT_LIMIT + codes[PORT]![flow]!
  }

  /** The burst of a group's ports, if the port is one of it. */
  #portBurstWith(group: number, port: number): Found | null {
    const burst = this.#portBursts.get(group)
    const target = this.#ports.target(group, port)
    return burst !== undefined && target !== undefined && isInBurst(target, burst) ? burst : null
  }

  /** The burst of destinations of a group's source and a port, if the group's destination is one of it. */
  #sweepWith(group: number, port: number): Found | null {
    const { source, destination } = this.#context.groups.nameCodes()
    const sweep = sweepOf(source[group]!, port)
    const burst = this.#sweepBursts.get(sweep)
    const target = this.#sweeps.target(sweep, destination[group]!)
    return burst !== undefined && target !== undefined && isInBurst(target, burst) ? burst : null
  }
}

function sweepOf(source: number, port: number): number {
  return source * PROTO_LIMIT * PORT_LIMIT + port
}

function startAt(burst: Burst): Found {
  return { ...burst, from: burst.latestEnd }
}

function leastOf(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY)
}

function startNoLaterThan(burst: Found, start: number): void {
  if (start >= burst.latestEnd - SCAN_SECONDS && start < burst.from) burst.from = start
}

/** Whether a burst has more targets than another one; of as many, whether it ended later, or else began earlier. */
function isGreater(a: Found, b: Found): boolean {
  if (a.count !== b.count) return a.count > b.count
  return a.latestEnd === b.latestEnd ? a.from < b.from : a.latestEnd > b.latestEnd
}

function scanOf({ count, from, latestEnd }: Found, what: 'ports' | 'sweep'): Scan {
  return what === 'ports'
    ? { ports: count, destinations: 1, from, to: latestEnd }
    : { ports: 1, destinations: count, from, to: latestEnd }
}

/** How many flows each group and how many groups each source has: fewer than a scan needs are not looked at. */
function countTargets(
  flows: Uint8Array,
  { groups }: QueryContext,
  wanted: Uint8Array,
): {
  readonly flowsOfGroup: Uint32Array
  readonly groupsOfSource: Uint32Array
  readonly wantedSource: Uint8Array
} {
  const groupOf = groups.ofFlows()
  const { source } = groups.nameCodes()
  const flowsOfGroup = new Uint32Array(groups.count)
  const groupsOfSource = new Uint32Array(groups.count)
  const wantedSource = new Uint8Array(groups.count)
  for (let flow = 0; flow < flows.length; flow++) {
    if (flows[flow] === 0) continue
    const group = groupOf[flow]!
    if (flowsOfGroup[group]!++ === 0) groupsOfSource[source[group]!]!++
    if (wanted[group] === 1) wantedSource[source[group]!] = 1
  }
  return { flowsOfGroup, groupsOfSource, wantedSource }
}
