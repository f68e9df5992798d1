/** What the rows of the reference store say beside their sums: ports, scans, attention and staged verdicts. */
import { columnOf } from '../../flows/column.ts'
import type { Flow, FlowKey } from '../../flows/flow.ts'
import { decisionOf, verdictChange, verdictOf } from '../../flows/hit.ts'
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

/** What the facts of the rows of one answer are found in. */
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

/** How much a row deserves attention. */
export function attentionOfRow(row: ReferenceRow, facts: ReferenceFacts): Row['attention'] {
  return attentionOf(row, flowsOf(row, facts.kind, facts.flows), facts)
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
  const identity = kind === 'groups' ? groupOf : signatureOf
  const wanted = identity(row.subject.key)
  return flows.filter(({ subject }) => identity(subject.key) === wanted)
}

/** Memoises a function of objects: the rules are plain, and asked for each pair of rows. */
function memoised<Argument extends object, Result>(of: (argument: Argument) => Result) {
  const known = new WeakMap<Argument, { readonly result: Result }>()
  return (argument: Argument): Result => {
    const found = known.get(argument) ?? { result: of(argument) }
    known.set(argument, found)
    return found.result
  }
}

const groupOf = memoised(groupIdentity)
const signatureOf = memoised(signatureIdentity)

const portName = ({ proto, destPort }: FlowKey): string => `${proto} ${destPort}`

const endNames = memoised((key: FlowKey) => {
  const workloads = { ...key, sourceName: workloadOf(key.sourceName), destName: workloadOf(key.destName) }
  const nameOf = (end: 'source' | 'destination'): string => {
    const { sort } = columnOf(end)
    return sort.by === 'text' ? sort.of({ key: workloads, sourceLabels: [], destLabels: [] }) : ''
  }
  return { source: nameOf('source'), destination: nameOf('destination') }
})

/** The workload of an end as the table names it; the column decides how. */
export const endName = (end: 'source' | 'destination', key: FlowKey): string => endNames(key)[end]

function recordsOf(flows: readonly ReferenceRow[]): readonly ReferenceRecord[] {
  return flows.flatMap(({ records }) => records)
}

function portsOf(own: readonly ReferenceRow[], facts: ReferenceFacts): readonly PortUse[] {
  const uses = groupBy(own, ({ subject }) => portName(subject.key)).map((flows) => {
    const newest = flows.reduce((a, b) => (facts.isNewer(b, a) ? b : a))
    const records = recordsOf(flows)
    const sum = subjectOf(records, newest.subject)
    const use: PortUse = {
      id: facts.signatureId(newest.subject.key),
      proto: newest.subject.key.proto,
      port: newest.subject.key.destPort,
      records: records.length,
      connections: sum.numConnectionsStarted,
      firstSeen: sum.startTime,
      lastSeen: sum.endTime,
    }
    return { use, steady: Number(isSteady(records)), size: use.connections ?? use.records }
  })
  return uses
    .toSorted(
      (a, b) =>
        b.steady - a.steady ||
        b.size - a.size ||
        compareTexts(a.use.proto, b.use.proto) ||
        a.use.port - b.use.port,
    )
    .map(({ use }) => use)
}

interface ReferenceScan {
  /** The keys that were tried in it. */
  readonly flows: readonly ReferenceRow[]
  readonly count: number
  readonly from: number
  readonly to: number
}

const endOf = (records: readonly ReferenceRecord[]): number =>
  Math.max(...records.map(({ flow }) => flow.endTime))

function isSteady(records: readonly ReferenceRecord[]): boolean {
  const seconds = endOf(records) - Math.min(...records.map(({ flow }) => flow.startTime))
  return seconds > 300 && records.length * 45 > seconds
}

/** The greatest set of targets that end within five minutes, by the rule of src/flows/scan-rule.ts. */
function scanAmong(
  flows: readonly ReferenceRow[],
  target: (key: FlowKey) => string,
): ReferenceScan | undefined {
  const targets = groupBy(flows, ({ subject }) => target(subject.key))
    .map((own) => ({ own, end: endOf(recordsOf(own)) }))
    .filter(({ own, end }) => end > 0 && !isSteady(recordsOf(own)))
  const scans = targets.map(({ end: to }): ReferenceScan => {
    const within = targets.filter(({ end }) => end <= to && to - end <= 300).map(({ own }) => own)
    const starts = recordsOf(within.flat()).map(({ flow }) => flow.startTime)
    const from = Math.min(to, ...starts.filter((start) => start >= to - 300))
    return { flows: within.flat(), count: within.length, from, to }
  })
  return scans.filter(({ count }) => count >= 10).toSorted((a, b) => b.count - a.count || b.to - a.to)[0]
}

/** The scans of an answer: by group those of its ports, by source and port those of destinations. */
const scansOf = memoised(({ flows }: ReferenceFacts) => {
  const scans = (
    origin: (key: FlowKey) => string,
    target: (key: FlowKey) => string,
  ): ReadonlyMap<string, ReferenceScan | undefined> =>
    new Map(
      groupBy(flows, ({ subject }) => origin(subject.key)).map((own) => [
        origin(own[0]!.subject.key),
        scanAmong(own, target),
      ]),
    )
  return {
    ports: scans(groupOf, portName),
    sweeps: scans(sweepName, (key) => endName('destination', key)),
  }
})

const sweepName = (key: FlowKey): string => `${portName(key)} ${endName('source', key)}`

function scanOf(row: ReferenceRow, own: readonly ReferenceRow[], facts: ReferenceFacts): Scan | null {
  const { kind } = facts
  if (kind === 'intervals' || kind === 'keys') return null
  const scans = scansOf(facts)
  const ports = scans.ports.get(groupOf(row.subject.key))
  if (ports !== undefined && (kind === 'groups' || own.some((flow) => ports.flows.includes(flow))))
    return { ports: ports.count, destinations: 1, from: ports.from, to: ports.to }
  const sweeps = own.flatMap((flow) => {
    const sweep = scans.sweeps.get(sweepName(flow.subject.key))
    return sweep?.flows.includes(flow) === true
      ? [{ ports: 1, destinations: sweep.count, from: sweep.from, to: sweep.to }]
      : []
  })
  const [greatest = null] = sweeps.toSorted(
    (a, b) => b.destinations - a.destinations || b.to - a.to || a.from - b.from,
  )
  return greatest
}

function attentionOf(
  { subject }: ReferenceRow,
  own: readonly ReferenceRow[],
  { kind, held, newSince }: ReferenceFacts,
): Row['attention'] {
  const identity = kind === 'groups' ? groupOf : signatureOf
  if (subject.key.action === 'Deny') {
    const starts = held
      .filter(({ flow }) => identity(flow.key) === identity(subject.key))
      .map(({ flow }) => flow.startTime)
    return newSince !== null && Math.min(...starts) >= newSince ? 'new-denial' : 'denial'
  }
  return stagedOf(own) === null ? 'allowed' : 'would-change'
}

function changeOf({ key }: Flow): 'Allow' | 'Deny' | null {
  const pending = verdictOf(key.policies.pending)
  if (verdictChange(key.policies) !== 'yes' || !decisionOf(key).known) return null
  return pending === 'Allow' || pending === 'Deny' ? pending : null
}

function stagedOf(own: readonly ReferenceRow[]): Row['staged'] {
  const changes = own.map(({ subject }) => changeOf(subject))
  for (const to of ['Deny', 'Allow'] as const)
    if (changes.includes(to)) return { to, all: changes.every((change) => change === to) }
  return null
}

/** What the summary says of all rows of groups that match; of the greatest scan how many targets it has. */
export function summaryOfRows(rows: readonly Row[]) {
  const denied = rows.filter(({ key }) => key.action === 'Deny')
  const pairs = denied.map(({ key }) => `${endName('source', key)} ${endName('destination', key)}`)
  const scans = rows.flatMap(({ scan }) => scan ?? [])
  return {
    newDenials: denied.filter(({ attention }) => attention === 'new-denial').length,
    deniedPairs: new Set(pairs).size,
    wouldBreak: rows.filter(({ key, staged }) => key.action !== 'Deny' && staged?.to === 'Deny').length,
    wouldAllow: denied.filter(({ staged }) => staged?.to === 'Allow').length,
    scans: scans.length,
    greatest: Math.max(0, ...scans.map(({ ports, destinations }) => Math.max(ports, destinations))),
  }
}
