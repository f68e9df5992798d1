/** Which groups and signatures look like scans, by the rule of src/flows/scan.ts. */
import { type Burst, burstOf, isSteady, MIN_SCANNED, type Target } from '../../flows/scan.ts'
import { partIndex } from '../keys/key-dictionary.ts'
import type { Scan } from '../protocol.ts'
import type { Match, QueryContext } from './match.ts'

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

  add(origin: number, target: number, records: number, first: number, last: number): void {
    let targets = this.#byOrigin.get(origin)
    if (targets === undefined) this.#byOrigin.set(origin, (targets = new Map()))
    const sum = targets.get(target)
    if (sum === undefined) targets.set(target, { records, firstSeen: first, lastSeen: last })
    else {
      sum.records += records
      sum.firstSeen = Math.min(sum.firstSeen, first)
      sum.lastSeen = Math.max(sum.lastSeen, last)
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

function isInBurst(target: Target | undefined, burst: Burst | undefined): burst is Burst {
  return (
    target !== undefined &&
    burst !== undefined &&
    !isSteady(target) &&
    target.lastSeen > burst.from &&
    target.lastSeen <= burst.to
  )
}

/** The scans among the matching flows of some groups. */
export class Scans {
  /** Ports by group, destinations by source and port. */
  readonly #ports = new TargetSums()
  readonly #sweeps = new TargetSums()
  readonly #portBursts: ReadonlyMap<number, Burst>
  readonly #sweepBursts: ReadonlyMap<number, Burst>
  readonly #context: QueryContext
  /** By group: the ports that it asked for, of those that may be part of a sweep. */
  readonly #sweptPorts = new Map<number, Set<number>>()

  /** `wanted`, by group: 1 for those that {@link ofGroup} will be asked about. */
  constructor({ flows }: Pick<Match, 'flows'>, context: QueryContext, wanted: Uint8Array) {
    this.#context = context
    const { groups, snapshot } = context
    const { sums, keys } = snapshot
    const groupOf = groups.ofFlows()
    const { source, destination } = groups.nameRanks()
    const { flowsOfGroup, groupsOfSource, wantedSource } = countTargets(flows, context, wanted)
    const [protos, ports] = [keys.codes[PROTO]!, keys.codes[PORT]!]
    for (let flow = 0; flow < (flows?.length ?? 0); flow++) {
      if (flows![flow] === 0) continue
      const group = groupOf[flow]!
      const port = protos[flow]! * PORT_LIMIT + ports[flow]!
      const [records, first, last] = [sums.records[flow]!, sums.first[flow]!, sums.last[flow]!]
      if (wanted[group] === 1 && flowsOfGroup[group]! >= MIN_SCANNED)
        this.#ports.add(group, port, records, first, last)
      const origin = source[group]!
      if (wantedSource[origin] === 0 || groupsOfSource[origin]! < MIN_SCANNED) continue
      const sweep = origin * PROTO_LIMIT * PORT_LIMIT + port
      this.#sweeps.add(sweep, destination[group]!, records, first, last)
      const swept = this.#sweptPorts.get(group)
      if (swept === undefined) this.#sweptPorts.set(group, new Set([port]))
      else swept.add(port)
    }
    this.#portBursts = this.#ports.bursts()
    this.#sweepBursts = this.#sweeps.bursts()
  }

  ofGroup(group: number): Scan | null {
    const ports = this.#portBursts.get(group)
    if (ports !== undefined) return { ports: ports.count, destinations: 1, from: ports.from, to: ports.to }
    let best: Scan | null = null
    for (const port of this.#sweptPorts.get(group) ?? []) {
      const scan = this.#sweepOf(group, port)
      if (scan !== null && (best === null || scan.destinations > best.destinations)) best = scan
    }
    return best
  }

  /** The scan that one flow of a group is a part of. */
  ofFlow(flow: number): Scan | null {
    const { groups, snapshot } = this.#context
    const group = groups.ofFlows()[flow]!
    const { codes } = snapshot.keys
    const port = codes[PROTO]![flow]! * PORT_LIMIT + codes[PORT]![flow]!
    const burst = this.#portBursts.get(group)
    if (isInBurst(this.#ports.target(group, port), burst))
      return { ports: burst.count, destinations: 1, from: burst.from, to: burst.to }
    return this.#sweepOf(group, port)
  }

  #sweepOf(group: number, port: number): Scan | null {
    const { source, destination } = this.#context.groups.nameRanks()
    const sweep = source[group]! * PROTO_LIMIT * PORT_LIMIT + port
    const burst = this.#sweepBursts.get(sweep)
    if (!isInBurst(this.#sweeps.target(sweep, destination[group]!), burst)) return null
    return { ports: 1, destinations: burst.count, from: burst.from, to: burst.to }
  }
}

/** How many flows each group and how many groups each source has: fewer than a scan needs are not looked at. */
function countTargets(
  flows: Uint8Array | null,
  { groups }: QueryContext,
  wanted: Uint8Array,
): {
  readonly flowsOfGroup: Uint32Array
  readonly groupsOfSource: Uint32Array
  readonly wantedSource: Uint8Array
} {
  const groupOf = groups.ofFlows()
  const { source } = groups.nameRanks()
  const flowsOfGroup = new Uint32Array(groups.count)
  const groupsOfSource = new Uint32Array(groups.count)
  const wantedSource = new Uint8Array(groups.count)
  for (let flow = 0; flow < (flows?.length ?? 0); flow++) {
    if (flows![flow] === 0) continue
    const group = groupOf[flow]!
    if (flowsOfGroup[group]!++ === 0) groupsOfSource[source[group]!]!++
    if (wanted[group] === 1) wantedSource[source[group]!] = 1
  }
  return { flowsOfGroup, groupsOfSource, wantedSource }
}
