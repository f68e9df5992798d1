import type { ReactNode } from 'react'

import { displayName, displayNamespace } from '../../../flows/spelling.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import { connectionWords, directionWords } from '../../../trace/words/verdict-words.ts'
import { BUCKET_SECONDS } from '../../../flows/bucket.ts'
import { formatAge, formatBytes, formatCount, formatTime } from '../../../lib/format.ts'
import { labelValue } from '../../../state/view/filter-actions.ts'
import { useRecordSeconds } from '../../../state/client/record-seconds.ts'
import type { Row } from '../../../state/client/rows.ts'
import { FilterValue } from '../statement/FilterValue.tsx'

const LIST = 'grid grid-cols-[6.75rem_1fr] gap-x-3 gap-y-1.5'

/** Labels, service and kinds of the ends. */
export function LabelFacts({ row }: { row: Row }) {
  const { key } = row
  return (
    <dl className={LIST}>
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
        <Kind type={key.sourceType} name={displayName(key.sourceName, key.sourceNamespace)} /> →{' '}
        <Kind type={key.destType} name={displayName(key.destName, key.destNamespace)} />
      </Fact>
    </dl>
  )
}

/** Counters and times. */
export function CounterFacts({ row }: { row: Row }) {
  const seconds = useRecordSeconds()
  return (
    <dl className={LIST}>
      <Fact name="Connections">{connectionWords(row.key.action, row)}</Fact>
      <Fact name="Packets">{directionWords(row.packetsIn, row.packetsOut, formatCount)}</Fact>
      <Fact name="Bytes">{directionWords(row.bytesIn, row.bytesOut, formatBytes)}</Fact>
      <Fact name="First seen">
        {row.firstSeen === 0 ? 'no time in the record' : formatTime(row.firstSeen)}
      </Fact>
      <Fact name="Last seen">{row.lastSeen === 0 ? 'no time in the record' : formatTime(row.lastSeen)}</Fact>
      <Fact name="Records">
        {formatCount(row.records)}
        {seconds === BUCKET_SECONDS ? null : (
          <span className="text-muted">
            , each the sum of {formatAge(seconds)}: the times are those of sums
          </span>
        )}
      </Fact>
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
          <FilterValue value={labelValue(field, label)} text={visibleText(label)} className="block">
            <code className="block truncate text-2xs" title={visibleText(label)}>
              {visibleText(label)}
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
    key.destServicePortName === '-' || key.destServicePortName === ''
      ? ''
      : ` (${visibleText(key.destServicePortName)})`
  return (
    <>
      <code>
        <FilterValue
          value={{ field: 'svc.ns', value: key.destServiceNamespace }}
          text={displayNamespace(key.destServiceNamespace)}
        />
        /
        <FilterValue
          value={{ field: 'service', value: key.destServiceName }}
          text={visibleText(key.destServiceName)}
        />
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
      <code className="break-all">{name}</code>{' '}
      <span className="text-muted">({KINDS[type] ?? visibleText(type)})</span>
    </>
  )
}
