/** For tests: small captures in the forms in which people have them, and what reading one gives. */
import { type Batch, readCapture, type ReadOptions } from '../read.ts'

/** A denial in Whisker's form; `number` makes records differ. */
export function whiskerRecord(number = 1, more: Readonly<Record<string, unknown>> = {}): object {
  return {
    start_time: '2026-11-02T10:00:15Z',
    end_time: '2026-11-02T10:00:30Z',
    action: 'Deny',
    source_name: 'probe-*',
    source_namespace: 'default',
    source_labels: 'app=probe | team=a',
    dest_name: `api-${number}-*`,
    dest_namespace: 'backend',
    dest_labels: 'app=api',
    protocol: 'tcp',
    dest_port: 8080,
    reporter: 'Dst',
    policies: {
      enforced: [
        {
          kind: 'EndOfTier',
          name: '',
          namespace: '',
          tier: 'default',
          action: 'Deny',
          policy_index: 0,
          rule_index: -1,
          trigger: {
            kind: 'NetworkPolicy',
            name: 'api-isolation',
            namespace: 'backend',
            tier: 'default',
            action: 'ActionUnspecified',
            policy_index: 0,
            rule_index: 0,
            trigger: null,
          },
        },
      ],
      pending: null,
    },
    packets_in: number,
    packets_out: 0,
    bytes_in: 74 * number,
    bytes_out: 0,
    ...more,
  }
}

/** An allowed flow as protojson: numbers in quotes, zeros left out. */
export function protojsonFlow(number = 1): object {
  return {
    Key: {
      sourceName: 'shop-*',
      sourceNamespace: 'shop',
      sourceType: 'WorkloadEndpoint',
      destName: `db-${number}`,
      destNamespace: 'data',
      destType: 'WorkloadEndpoint',
      destPort: '5432',
      destServiceName: 'db',
      destServiceNamespace: 'data',
      destServicePortName: 'sql',
      destServicePort: '5432',
      proto: 'tcp',
      reporter: 'Src',
      action: 'Allow',
      policies: {
        enforcedPolicies: [
          { kind: 'CalicoNetworkPolicy', namespace: 'shop', name: 'shop', tier: 'default', action: 'Allow' },
        ],
      },
    },
    startTime: '1793613600',
    endTime: '1793613615',
    sourceLabels: ['app=shop'],
    packetsIn: String(number),
    bytesIn: '957',
    numConnectionsStarted: '1',
  }
}

/** The same as Go's encoding/json writes it: proto names, plain numbers, enums as numbers. */
export function goJsonFlow(): object {
  return {
    Key: {
      source_name: 'shop-*',
      source_namespace: 'shop',
      source_type: 1,
      dest_name: 'db-1',
      dest_namespace: 'data',
      dest_type: 1,
      dest_port: 5432,
      dest_service_name: 'db',
      dest_service_namespace: 'data',
      dest_service_port_name: 'sql',
      dest_service_port: 5432,
      proto: 'tcp',
      reporter: 1,
      action: 1,
      policies: {
        enforced_policies: [{ kind: 1, namespace: 'shop', name: 'shop', tier: 'default', action: 1 }],
      },
    },
    start_time: 1793613600,
    end_time: 1793613615,
    source_labels: ['app=shop'],
    packets_in: 1,
    bytes_in: 957,
    num_connections_started: 1,
  }
}

/** A key alone, as protojson with proto names. */
export function keyAlone(): object {
  return {
    source_name: 'shop-*',
    source_namespace: 'shop',
    source_type: 'WorkloadEndpoint',
    dest_name: 'pub',
    dest_namespace: '-',
    dest_type: 'Network',
    dest_port: '443',
    proto: 'tcp',
    reporter: 'Src',
    action: 'Allow',
    policies: { enforced_policies: [{ kind: 'Profile', name: 'kns.shop', action: 'Allow' }] },
  }
}

export function line(value: object): string {
  return `${JSON.stringify(value)}\n`
}

/** A stream of the bytes, cut after each of the lengths in turn. */
function streamOf(bytes: Uint8Array, lengths: readonly number[] = []): ReadableStream<Uint8Array> {
  const parts: Uint8Array[] = []
  let at = 0
  for (const length of lengths) {
    parts.push(bytes.slice(at, at + length))
    at += length
  }
  parts.push(bytes.slice(at))
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift()
      if (part === undefined) controller.close()
      else controller.enqueue(part)
    },
  })
}

/** All batches added up, and each of them. */
export interface ReadResult extends Batch {
  readonly batches: readonly Batch[]
}

/** Everything that a capture gives. */
export async function readAll(
  capture: string | Uint8Array,
  lengths: readonly number[] = [],
  options: ReadOptions = {},
): Promise<ReadResult> {
  const bytes = typeof capture === 'string' ? new TextEncoder().encode(capture) : capture
  const batches: Batch[] = []
  for await (const batch of readCapture(streamOf(bytes, lengths), options)) batches.push(batch)
  const sum = (count: (batch: Batch) => number) => batches.reduce((total, batch) => total + count(batch), 0)
  return {
    flows: batches.flatMap((batch) => batch.flows),
    unknownMembers: batches.flatMap((batch) => batch.unknownMembers),
    headers: batches.flatMap((batch) => batch.headers),
    refusals: batches.flatMap((batch) => batch.refusals),
    refused: sum((batch) => batch.refused),
    unknown: sum((batch) => batch.unknown),
    bytesRead: batches.at(-1)?.bytesRead ?? 0,
    format: batches.at(-1)?.format ?? null,
    batches,
  }
}
