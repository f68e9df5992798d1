/**
 * The columns of a capture in Parquet, one for each field of goldmane.Flow and its key, by the names of the proto.
 * docs/format.md is their contract.
 */
import type { Counters, FlowKey } from '../../flows/flow.ts'

export const TIME_COLUMNS = ['start_time', 'end_time'] as const
export const LABEL_COLUMNS = ['source_labels', 'dest_labels'] as const
/** Traces are lists of hits whose triggers are hits again, which Parquet's schemas cannot say: they are protojson. */
export const TRACE_COLUMNS = ['enforced_policies', 'pending_policies'] as const

type TextField = Exclude<keyof FlowKey, 'policies' | 'destPort' | 'destServicePort' | WordField>
type WordField = 'sourceType' | 'destType' | 'reporter' | 'action'

export const TEXT_COLUMNS = {
  source_name: 'sourceName',
  source_namespace: 'sourceNamespace',
  dest_name: 'destName',
  dest_namespace: 'destNamespace',
  dest_service_name: 'destServiceName',
  dest_service_namespace: 'destServiceNamespace',
  dest_service_port_name: 'destServicePortName',
  proto: 'proto',
} as const satisfies Readonly<Record<string, TextField>>

export const WORD_COLUMNS = {
  source_type: 'sourceType',
  dest_type: 'destType',
  reporter: 'reporter',
  action: 'action',
} as const satisfies Readonly<Record<string, WordField>>

export const PORT_COLUMNS = {
  dest_port: 'destPort',
  dest_service_port: 'destServicePort',
} as const satisfies Readonly<Record<string, keyof FlowKey>>

export const COUNTER_COLUMNS = {
  packets_in: 'packetsIn',
  packets_out: 'packetsOut',
  bytes_in: 'bytesIn',
  bytes_out: 'bytesOut',
  num_connections_started: 'numConnectionsStarted',
  num_connections_completed: 'numConnectionsCompleted',
  num_connections_live: 'numConnectionsLive',
} as const satisfies Readonly<Record<string, keyof Counters>>

/** The members of a record that we do not know, as members of a FlowResult. */
export const MEMBERS_COLUMN = 'unknown_members'

/**
 * The number of the record's entry, its key together with its labels: rows with one number have the same. It is found
 * by our own writer, and read only where the file's metadata says that nobody has changed it since.
 */
export const ENTRY_COLUMN = 'entry'

/** The columns whose values are those of the record's entry. */
export const KEY_COLUMNS: readonly string[] = [
  ...Object.keys(TEXT_COLUMNS),
  ...Object.keys(WORD_COLUMNS),
  ...Object.keys(PORT_COLUMNS),
  ...TRACE_COLUMNS,
]
export const ENTRY_VALUE_COLUMNS: readonly string[] = [...KEY_COLUMNS, ...LABEL_COLUMNS]

export const COLUMNS: readonly string[] = [
  ...TIME_COLUMNS,
  ...Object.keys(TEXT_COLUMNS),
  ...Object.keys(WORD_COLUMNS),
  ...Object.keys(PORT_COLUMNS),
  ...TRACE_COLUMNS,
  ...LABEL_COLUMNS,
  ...Object.keys(COUNTER_COLUMNS),
  MEMBERS_COLUMN,
]

/**
 * The members of a file's metadata: the version of the format, the headers as lines of JSON, and for each row group what
 * ./entry-promises.ts says.
 */
export const VERSION_ENTRY = 'flowtrace.version'
export const HEADERS_ENTRY = 'flowtrace.headers'
export const ENTRIES_ENTRY = 'flowtrace.entries'

/** The entries of an object whose keys are its type's. */
export function entriesOf<Name extends string, Value>(
  columns: Readonly<Record<Name, Value>>,
): readonly (readonly [Name, Value])[] {
  // Object.entries widens the names to string.
  return Object.entries(columns) as unknown as readonly (readonly [Name, Value])[]
}
