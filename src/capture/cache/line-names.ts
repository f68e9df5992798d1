/** The names of the members of a JSON line that change from record to record of a key. */
import { COUNTER_NAMES } from '../../flows/counters.ts'
import type { Flow } from '../../flows/flow.ts'

/** The fields that change from record to record of a key. */
export const FIELDS = ['startTime', 'endTime', ...COUNTER_NAMES] as const satisfies readonly (keyof Flow)[]
/** How many fields are times, the first ones; the others are counters. */
export const TIME_COUNT = 2
/** How many fields, the first ones, Whisker has. */
export const WHISKER_FIELD_COUNT = 6

/** Stands for the field of a member whose value becomes no part of a flow. */
export const NO_FIELD = FIELDS.length
/** Felix's own names, with the field that each is read as (docs/captures.md). Numbers that no flow has change all the same. */
const FELIX_NAMES: readonly (readonly [name: string, field: number])[] = [
  ['num_flows_started', FIELDS.indexOf('numConnectionsStarted')],
  ['num_flows_completed', FIELDS.indexOf('numConnectionsCompleted')],
  ...[
    'num_flows',
    '@timestamp',
    'generated_time',
    'http_requests_allowed_in',
    'http_requests_denied_in',
    'num_process_names',
    'num_process_ids',
    'num_process_args',
    'num_original_source_ips',
    'tcp_mean_send_congestion_window',
    'tcp_min_send_congestion_window',
    'tcp_mean_smooth_rtt',
    'tcp_max_smooth_rtt',
    'tcp_mean_min_rtt',
    'tcp_max_min_rtt',
    'tcp_mean_mss',
    'tcp_min_mss',
    'tcp_total_retransmissions',
    'tcp_lost_packets',
    'tcp_unrecovered_to',
  ].map((name) => [name, NO_FIELD] as const),
]

/**
 * The names as protojson writes them, then as Whisker and Go do, then Felix's own. The search asks of them that names with
 * the same first byte have the same second one.
 */
export const NAMES = [
  ...FIELDS,
  ...FIELDS.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)),
  ...FELIX_NAMES.map(([name]) => name),
]
/** How many names, the first ones, are not Felix's own. */
export const SHARED_NAME_COUNT = 2 * FIELDS.length
/** By name: the index of its field in FIELDS, or NO_FIELD. */
export const FIELD_OF_NAME = Uint8Array.from([
  ...FIELDS.keys(),
  ...FIELDS.keys(),
  ...FELIX_NAMES.map(([, field]) => field),
])
