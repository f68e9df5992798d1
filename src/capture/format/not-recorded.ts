/** What a flow of another program has in the places of fields that its format does not record. */
import type { Counters } from '../../flows/flow.ts'

/** A counter that is not recorded. It is 0 as long as packets and bytes of a flow are always numbers. */
export const NOT_RECORDED = 0

/** The counters of a format that counts nothing. */
export const NOTHING_COUNTED: Counters = {
  packetsIn: NOT_RECORDED,
  packetsOut: NOT_RECORDED,
  bytesIn: NOT_RECORDED,
  bytesOut: NOT_RECORDED,
  numConnectionsStarted: null,
  numConnectionsCompleted: null,
  numConnectionsLive: null,
}

/** The service of a destination in a format that does not record it. */
export const NO_SERVICE = {
  destServiceName: '',
  destServiceNamespace: '',
  destServicePortName: '',
  destServicePort: 0,
} as const

/** The rule index of a policy that is recorded without the number of its rule: Felix's own number for that. */
export const UNKNOWN_RULE_INDEX = -2
