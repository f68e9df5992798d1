/**
 * Whisker's records (projectcalico/calico, whisker-backend/pkg/apis/v1/flows.go): Goldmane's flows as Calico's own
 * dashboard gets them. They do not say endpoint types, services or connections.
 */
import { UNRECORDED } from '../../flows/counters.ts'
import { ACTIONS, type Flow, REPORTERS } from '../../flows/flow.ts'
import { storedName } from '../../flows/spelling.ts'
import {
  enumOf,
  FieldError,
  isObject,
  type Json,
  portOf,
  recordedCountOf,
  textOf,
  textsOf,
} from './json-fields.ts'
import { hitsOf } from './hits.ts'
import { timeOf } from './json-time.ts'
import { NO_SERVICE } from './not-recorded.ts'

/** Labels from one text with ` | ` between them (whisker-backend/pkg/handlers/v1/protoconvert.go), or from a list. */
function labelsOf(value: unknown, field: string): readonly string[] {
  if (typeof value !== 'string') return textsOf(value, field)
  return value === '' ? [] : value.split(' | ')
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
      ...NO_SERVICE,
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
    // Whisker writes zeros too: a counter that is missing was taken out on the way here.
    ...UNRECORDED,
    packetsIn: recordedCountOf(record.packets_in, 'packets_in'),
    packetsOut: recordedCountOf(record.packets_out, 'packets_out'),
    bytesIn: recordedCountOf(record.bytes_in, 'bytes_in'),
    bytesOut: recordedCountOf(record.bytes_out, 'bytes_out'),
  }
}
