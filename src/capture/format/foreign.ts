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
  loki: 'This is an answer of Loki; Flowtrace reads the log lines in it, not the answer itself',
  otlp: 'This is an OpenTelemetry log export; Flowtrace reads the log bodies in it, not the export itself',
  har: 'This is a browser recording (HAR); Flowtrace reads the answers in it, not the recording itself',
  manifest: 'This is a Kubernetes manifest, not a flow',
} as const
export type Foreign = keyof typeof FOREIGN

/** The kind of a JSON object of another program; undefined when it is not recognised. */
export function foreignObject(record: Json): Foreign | undefined {
  if (isObject(record.aggregations)) return 'aggregation'
  if ('resourceLogs' in record) return 'otlp'
  if (isObject(record.log) && 'entries' in record.log) return 'har'
  if (isObject(record.data) && 'resultType' in record.data) return 'loki'
  if (typeof record.apiVersion === 'string' && typeof record.kind === 'string') return 'manifest'
  return undefined
}

/** Magic numbers: the first bytes of a file in each format. */
const MAGIC_NUMBERS: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['compressed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['compressed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['compressed with bzip2', [0x42, 0x5a, 0x68]],
  ['a packet capture (pcap)', [0xd4, 0xc3, 0xb2, 0xa1]],
  ['a packet capture (pcapng)', [0x0a, 0x0d, 0x0d, 0x0a]],
]

/** The name of a file format that we do not read, by the file's first bytes; undefined for any other. */
export function foreignFile(bytes: Uint8Array): string | undefined {
  return MAGIC_NUMBERS.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0]
}
