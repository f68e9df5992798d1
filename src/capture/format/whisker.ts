/**
 * Whisker's records (projectcalico/calico, whisker-backend/pkg/apis/v1/flows.go): Goldmane's flows as Calico's own
 * dashboard gets them. They do not say endpoint types, services or connections.
 */
import { ACTIONS, type Flow, REPORTERS } from '../../flows/flow.ts'
import { storedName } from '../../flows/spelling.ts'
import { countOf, enumOf, FieldError, isObject, type Json, portOf, textOf, textsOf } from './json-fields.ts'
import { hitsOf } from './hits.ts'
import { timeOf } from './json-time.ts'

/** Labels from one text with ` | ` between them (whisker-backend/pkg/handlers/v1/protoconvert.go), or from a list. */
function labelsOf(value: unknown, field: string): readonly string[] {
  if (typeof value !== 'string') return textsOf(value, field)
  return value === '' ? [] : value.split(' | ')
}

/**
 * A counter; null when it is missing. Whisker writes zeros too, so that what is missing was taken out on the way here.
 */
function recordedCount(value: unknown, field: string): number | null {
  return value === undefined || value === null ? null : countOf(value, field)
}

/** The flow of a Whisker record. Throws a FieldError. */
export function whiskerFlow(record: Json): Flow {
  const policies = record.policies ?? {}
  if (!isObject(policies)) throw new FieldError('policies', policies, 'an object')
  return {
    key: {
      sourceName: storedName(textOf(record.source_name, 'source_name')),
      sourceNamespace: textOf(record.source_namespace, 'source_namespace') || '-',
      sourceType: 'EndpointTypeUnspecified',
      destName: storedName(textOf(record.dest_name, 'dest_name')),
      destNamespace: textOf(record.dest_namespace, 'dest_namespace') || '-',
      destType: 'EndpointTypeUnspecified',
      destPort: portOf(record.dest_port, 'dest_port'),
      destServiceName: '',
      destServiceNamespace: '',
      destServicePortName: '',
      destServicePort: 0,
      proto: textOf(record.protocol, 'protocol'),
      reporter: enumOf(REPORTERS, record.reporter, 'reporter'),
      action: enumOf(ACTIONS, record.action, 'action'),
      policies: {
        enforced: hitsOf(policies.enforced, 'policies.enforced'),
        pending: hitsOf(policies.pending, 'policies.pending'),
      },
    },
    sourceLabels: labelsOf(record.source_labels, 'source_labels'),
    destLabels: labelsOf(record.dest_labels, 'dest_labels'),
    startTime: timeOf(record.start_time, 'start_time'),
    endTime: timeOf(record.end_time, 'end_time'),
    packetsIn: recordedCount(record.packets_in, 'packets_in'),
    packetsOut: recordedCount(record.packets_out, 'packets_out'),
    bytesIn: recordedCount(record.bytes_in, 'bytes_in'),
    bytesOut: recordedCount(record.bytes_out, 'bytes_out'),
    numConnectionsStarted: null,
    numConnectionsCompleted: null,
    numConnectionsLive: null,
  }
}
