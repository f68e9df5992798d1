/**
 * The incident: for three minutes in every twenty, the netshoot pod scans many ports. Nobody would answer it even where
 * policies allowed it.
 */
import type { Conversation } from '../conversation.ts'
import { API, DB, TEST } from '../endpoints.ts'
import { unanswered, unansweredPings } from '../traffic.ts'

/** Seconds: every `period` from the epoch, starting `offset` into it, for `duration`. */
export const SCAN_SCHEDULE = { period: 1200, offset: 420, duration: 180 }

const PORTS = [
  21, 22, 23, 25, 110, 111, 135, 139, 143, 443, 445, 3306, 3389, 5432, 5672, 5900, 6379, 8000, 8080, 8443,
  9090, 9200, 11211, 27017,
]

const pings = [API, DB].map((to): Conversation => ({
  from: TEST,
  to,
  proto: 'icmp',
  port: 0,
  traffic: unansweredPings(),
}))
const probes = [API, DB].flatMap((to) =>
  PORTS.map((port): Conversation => ({
    from: TEST,
    to,
    proto: 'tcp',
    port,
    traffic: unanswered(2, 2),
    chance: 0.75,
  })),
)

export const SCAN: readonly Conversation[] = [...pings, ...probes]
