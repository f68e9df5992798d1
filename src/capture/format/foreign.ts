/** Recognises the files and records of other programs, so that a refusal can name them. */
import { isObject, type Json } from './json-fields.ts'

/** One sentence for each kind. A capture's refusals have it once, and at the end the number of such records. */
export const FOREIGN = {
  'hubble-reply': 'This is a reply that Cilium Hubble saw: only the requests of a connection are read',
  'hubble-repeat': 'This event of Cilium Hubble was read before: it has the uuid of another one',
  'hubble-news': 'This is what Cilium Hubble says of itself (a node, an agent, debugging), not a flow',
  'netobserv-summary':
    'This is a conversation of the Network Observability operator: only flow lines are read',
  'netobserv-duplicate':
    'This is a duplicate by the Network Observability operator: another interface saw the same packets',
  aggregation: 'This is an Elasticsearch aggregation: it holds sums, no records',
  loki: 'This is a number of a metric query of Loki or Prometheus, not a log line',
  otlp: 'This is an OpenTelemetry export of metrics or traces: it holds no logs',
  har: 'This answer in a browser recording (HAR) holds no flows',
  manifest: 'This is a Kubernetes manifest, not a flow',
} as const
export type Foreign = keyof typeof FOREIGN

/** The kind of a JSON object of another program; undefined when it is not recognised. */
export function foreignObject(record: Json): Foreign | undefined {
  if (isObject(record.aggregations)) return 'aggregation'
  if ('resourceMetrics' in record || 'resourceSpans' in record) return 'otlp'
  if (isObject(record.metric) && ('value' in record || 'values' in record)) return 'loki'
  if (typeof record.apiVersion === 'string' && typeof record.kind === 'string') return 'manifest'
  return undefined
}

/** Whether a value is a point of a metric, as Prometheus and Loki write one: a time in seconds and a number in quotes. */
export function isMetricPoint(value: unknown): boolean {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'string'
  )
}

/** Magic numbers: the first bytes of a file in each format. */
const MAGIC_NUMBERS: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['a zip archive inside another file', [0x50, 0x4b, 0x03, 0x04]],
  ['compressed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['compressed with bzip2', [0x42, 0x5a, 0x68]],
  ['a packet capture (pcap)', [0xd4, 0xc3, 0xb2, 0xa1]],
  ['a packet capture (pcapng)', [0x0a, 0x0d, 0x0d, 0x0a]],
]

/** The name of a file format that we do not read, by the file's first bytes; undefined for any other. */
export function foreignFile(bytes: Uint8Array): string | undefined {
  return MAGIC_NUMBERS.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0]
}
