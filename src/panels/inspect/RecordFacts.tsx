import type { ReactNode } from 'react'

import { displayName } from '../../flows/spelling.ts'
import { formatBytes, formatCount, formatPlural, formatTime } from '../../lib/format.ts'
import { labelValue } from '../../state/view/filter-actions.ts'
import type { Row } from '../../state/client/rows.ts'
import { FilterValue } from './FilterValue.tsx'

/** The other fields of the record: labels, service, counters, times. */
export function RecordFacts({ row }: { row: Row }) {
  const { key } = row
  return (
    <dl className="grid grid-cols-[6.75rem_1fr] gap-x-3 gap-y-1.5 text-xs">
      <Fact name="Source labels">
        <Labels field="src.label" labels={row.sourceLabels} />
      </Fact>
      <Fact name="Destination labels">
        <Labels field="dst.label" labels={row.destLabels} />
      </Fact>
      <Fact name="Service">
        <Service row={row} />
      </Fact>
      <Fact name="Ends">
        <Kind type={key.sourceType} name={key.sourceName} /> →{' '}
        <Kind type={key.destType} name={key.destName} />
      </Fact>
      <Fact name="Connections">
        {row.numConnectionsStarted === null ? (
          <span className="text-muted">not recorded</span>
        ) : (
          `${formatCount(row.numConnectionsStarted)} started · ${formatCount(row.numConnectionsCompleted ?? 0)} completed`
        )}
      </Fact>
      <Fact name="Packets">
        {formatCount(row.packetsIn)} in · {formatCount(row.packetsOut)} out
      </Fact>
      <Fact name="Bytes">
        {formatBytes(row.bytesIn)} in · {formatBytes(row.bytesOut)} out
      </Fact>
      <Fact name="First seen">
        {row.firstSeen === 0 ? 'no time in the record' : formatTime(row.firstSeen)}
      </Fact>
      <Fact name="Last seen">{row.lastSeen === 0 ? 'no time in the record' : formatTime(row.lastSeen)}</Fact>
      <Fact name="Held">{formatPlural(row.records, '15 s record')}</Fact>
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}

function Labels({ field, labels }: { field: 'src.label' | 'dst.label'; labels: readonly string[] }) {
  if (labels.length === 0) return <span className="text-muted">none in the record</span>
  return (
    <ul className="flex flex-wrap gap-1">
      {labels.map((label) => (
        <li key={label} className="max-w-full rounded-[4px] border border-line px-1.5">
          <FilterValue value={labelValue(field, label)} text={label} className="block">
            <code className="block truncate text-2xs" title={label}>
              {label}
            </code>
          </FilterValue>
        </li>
      ))}
    </ul>
  )
}

function Service({ row: { key } }: { row: Row }) {
  if (key.destServiceName === '') return <span className="text-muted">not recorded</span>
  if (key.destServiceName === '-') return <span className="text-muted">not known to the reporting node</span>
  const port =
    key.destServicePortName === '-' || key.destServicePortName === '' ? '' : ` (${key.destServicePortName})`
  return (
    <>
      <code>
        <FilterValue
          value={{ field: 'svc.ns', value: key.destServiceNamespace }}
          text={key.destServiceNamespace}
        />
        /
        <FilterValue value={{ field: 'service', value: key.destServiceName }} text={key.destServiceName} />
      </code>
      {key.destServicePort === 0 ? '' : ` port ${key.destServicePort}${port}`}
    </>
  )
}

const KINDS: Readonly<Record<string, string>> = {
  WorkloadEndpoint: 'pods',
  HostEndpoint: 'host',
  NetworkSet: 'network set',
  Network: 'network',
  EndpointTypeUnspecified: 'kind not recorded',
}

function Kind({ type, name }: { type: string; name: string }) {
  return (
    <>
      <code className="break-all">{displayName(name)}</code>{' '}
      <span className="text-muted">({KINDS[type] ?? type})</span>
    </>
  )
}
