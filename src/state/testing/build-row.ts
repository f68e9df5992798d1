import { buildFlow } from '../../flows/testing/build.ts'
import type { FlowKey } from '../../flows/flow.ts'
import type { Row } from '../../store/protocol.ts'

/** A row of one record of {@link buildFlow}: `key` changes the key, `row` the rest. */
export function buildRow(key: Partial<FlowKey> = {}, row: Partial<Omit<Row, 'key'>> = {}): Row {
  const { startTime, endTime, ...flow } = buildFlow(key)
  return {
    ...flow,
    id: 'row-1',
    firstSeen: startTime,
    lastSeen: endTime,
    records: 1,
    keys: 1,
    trend: [1],
    ports: [],
    portCount: 1,
    scan: null,
    attention: flow.key.action === 'Deny' ? 'denial' : 'allowed',
    staged: null,
    ...row,
  }
}
