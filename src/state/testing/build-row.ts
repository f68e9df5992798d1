import { buildFlow } from '../../flows/testing/build.ts'
import type { FlowKey } from '../../flows/flow.ts'
import type { PortUse, Row } from '../../store/protocol.ts'

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

/** A use of a TCP port by one record with one connection. */
export function buildPortUse(port: number, change: Partial<PortUse> = {}): PortUse {
  return {
    id: `port-${port}`,
    proto: 'tcp',
    port,
    records: 1,
    connections: 1,
    firstSeen: 0,
    lastSeen: 15,
    ...change,
  }
}
