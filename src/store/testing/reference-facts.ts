/** What the rows of the reference store say beside their sums: ports, scans, attention and staged verdicts. */
import { columnOf } from '../../flows/column.ts'
import type { Flow, FlowKey } from '../../flows/flow.ts'
import { verdictChange, verdictOf } from '../../flows/hit.ts'
import { groupIdentity, signatureIdentity } from '../../flows/identity.ts'
import { workloadOf } from '../../flows/spelling.ts'
import type { PortUse, Row, RowKind, Scan } from '../protocol.ts'
import {
  compareTexts,
  groupBy,
  type ReferenceRecord,
  type ReferenceRow,
  subjectOf,
} from './reference-rows.ts'

/** A key with its records: the flows that a row is made of. */
export interface ReferenceFacts {
  readonly kind: RowKind
  /** The rows of keys that match, of all rows. */
  readonly flows: readonly ReferenceRow[]
  /** Everything held. */
  readonly held: readonly ReferenceRecord[]
  readonly newSince: number | null
  readonly isNewer: (a: ReferenceRow, b: ReferenceRow) => boolean
  readonly signatureId: (key: FlowKey) => string
}

type Facts = Pick<Row, 'ports' | 'portCount' | 'scan' | 'attention' | 'staged'>

export function factsOf(row: ReferenceRow, facts: ReferenceFacts): Facts {
  const { kind, flows } = facts
  const own = flowsOf(row, kind, flows)
  const ports = portsOf(own, facts)
  return {
    ports: ports.slice(0, 32),
    portCount: ports.length,
    scan: scanOf(row, own, facts),
    attention: attentionOf(row, own, facts),
    staged: stagedOf(own),
  }
}

/** The keys of a row among those that match, each with its records in the row. */
function flowsOf(row: ReferenceRow, kind: RowKind, flows: readonly ReferenceRow[]): readonly ReferenceRow[] {
  if (kind === 'intervals' || kind === 'keys') return [row]
  const identity = kind === 'groups' ? groupIdentity : signatureIdentity
  const wanted = identity(row.subject.key)
  return flows.filter(({ subject }) => identity(subject.key) === wanted)
}

const portName = ({ proto, destPort }: FlowKey): string => `${proto} ${destPort}`
/** The workload of an end as the table names it; the column decides how. */
export const endName = (end: 'source' | 'destination', key: FlowKey): string => {
  const { sort } = columnOf(end)
  const workloads = { ...key, sourceName: workloadOf(key.sourceName), destName: workloadOf(key.destName) }
  return sort.by === 'text' ? sort.of({ key: workloads, sourceLabels: [], destLabels: [] }) : ''
}

function recordsOf(flows: readonly ReferenceRow[]): readonly ReferenceRecord[] {
  return flows.flatMap(({ records }) => records)
}

function portsOf(own: readonly ReferenceRow[], facts: ReferenceFacts): readonly PortUse[] {
  const uses = groupBy(own, ({ subject }) => portName(subject.key)).map((flows): PortUse => {
    const newest = flows.reduce((a, b) => (facts.isNewer(b, a) ? b : a))
    const records = recordsOf(flows)
    const sum = subjectOf(records, newest.subject)
    return {
      id: facts.signatureId(newest.subject.key),
      proto: newest.subject.key.proto,
      port: newest.subject.key.destPort,
      records: records.length,
      connections: sum.numConnectionsStarted,
      firstSeen: sum.startTime,
      lastSeen: sum.endTime,
    }
  })
  const size = ({ connections, records }: PortUse): number => connections ?? records
  return uses.toSorted(
    (a, b) =>
      Number(b.records > 20) - Number(a.records > 20) ||
      size(b) - size(a) ||
      compareTexts(a.proto, b.proto) ||
      a.port - b.port,
  )
}

/** The targets that each appear in a few records, as their last times, by the rule of src/flows/scan.ts. */
function burstIn(flows: readonly ReferenceRow[], target: (key: FlowKey) => string) {
  const targets = groupBy(flows, ({ subject }) => target(subject.key)).map(recordsOf)
  const times = targets
    .filter((records) => records.length <= 20)
    .map((records) => Math.max(...records.map(({ flow }) => flow.endTime)))
    .filter((last) => last > 0)
  const bursts = times.map((to) => {
    const within = times.filter((last) => last <= to && to - last <= 285)
    return { count: within.length, from: Math.min(...within) - 15, to }
  })
  const scans = bursts.filter(({ count }) => count >= 10)
  return scans.toSorted((a, b) => b.count - a.count || b.to - a.to)[0]
}

function scanOf(
  row: ReferenceRow,
  own: readonly ReferenceRow[],
  { kind, flows }: ReferenceFacts,
): Scan | null {
  if (kind === 'intervals' || kind === 'keys') return null
  const ofGroup = flows.filter(({ subject }) => groupIdentity(subject.key) === groupIdentity(row.subject.key))
  const ports = burstIn(ofGroup, portName)
  const isIn = (all: readonly ReferenceRow[], burst: ReturnType<typeof burstIn>): boolean => {
    const records = recordsOf(all)
    const last = Math.max(...records.map(({ flow }) => flow.endTime))
    return burst !== undefined && records.length <= 20 && last > burst.from && last <= burst.to
  }
  const samePort =
    (key: FlowKey) =>
    ({ subject }: ReferenceRow) =>
      portName(subject.key) === portName(key)
  const { key } = row.subject
  if (ports !== undefined && (kind === 'groups' || isIn(ofGroup.filter(samePort(key)), ports)))
    return { ports: ports.count, destinations: 1, from: ports.from, to: ports.to }
  const sweeps = own.flatMap(({ subject }) => {
    const sweep = flows.filter(
      (other) =>
        samePort(subject.key)(other) &&
        endName('source', other.subject.key) === endName('source', subject.key),
    )
    const burst = burstIn(sweep, (each) => endName('destination', each))
    const target = sweep.filter(
      (other) => endName('destination', other.subject.key) === endName('destination', subject.key),
    )
    return burst !== undefined && isIn(target, burst)
      ? [{ ports: 1, destinations: burst.count, from: burst.from, to: burst.to }]
      : []
  })
  return sweeps.reduce<Scan | null>(
    (best, sweep) => (best === null || sweep.destinations > best.destinations ? sweep : best),
    null,
  )
}

function attentionOf(
  { subject }: ReferenceRow,
  own: readonly ReferenceRow[],
  { kind, held, newSince }: ReferenceFacts,
): Row['attention'] {
  const identity = kind === 'groups' ? groupIdentity : signatureIdentity
  if (subject.key.action === 'Deny') {
    const starts = held
      .filter(({ flow }) => identity(flow.key) === identity(subject.key))
      .map(({ flow }) => flow.startTime)
    return newSince !== null && Math.min(...starts) >= newSince ? 'new-denial' : 'denial'
  }
  return stagedOf(own) === null ? 'allowed' : 'would-change'
}

function stagedOf(own: readonly ReferenceRow[]): Row['staged'] {
  const changeOf = ({ key }: Flow): 'Allow' | 'Deny' | null => {
    const pending = verdictOf(key.policies.pending)
    if (verdictChange(key.policies) !== 'yes') return null
    return pending === 'Allow' || pending === 'Deny' ? pending : null
  }
  const changes = own.map(({ subject }) => changeOf(subject))
  for (const to of ['Deny', 'Allow'] as const)
    if (changes.includes(to)) return { to, all: changes.every((change) => change === to) }
  return null
}
