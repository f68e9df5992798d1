/** What the policies of a step decide at both ends of a conversation. */
import type { PolicyTrace } from '../flows/flow.ts'
import { ensure } from '../lib/assert.ts'
import { type Connection, type ConnectionEnd, ICMP, TCP, UDP } from '../policy/evaluate/connection.ts'
import type { ConnectionEvaluator } from '../policy/evaluate/connection-evaluator.ts'
import { parseCidr } from '../policy/manifest/cidr.ts'
import type { Conversation } from './conversation.ts'
import type { Endpoint } from './endpoints.ts'

const PROTOCOLS = { icmp: ICMP, tcp: TCP, udp: UDP }
const ECHO_REQUEST = { type: 8, code: 0 }
/** A port of the range from which Linux takes those of clients. No policy of the demo asks for it. */
const CLIENT_PORT = 40_000

export interface ConversationTraces {
  /** The egress trace; null where the source is not a workload. */
  readonly src: PolicyTrace | null
  /** The ingress trace; null where the destination is not a workload, or where the source denies everything. */
  readonly dst: PolicyTrace | null
  readonly isDenied: boolean
}

export function tracesOf(conversation: Conversation, evaluator: ConnectionEvaluator): ConversationTraces {
  const { from, to, endsEarly = false } = conversation
  const connection = connectionOf(conversation)
  const trace = ({ policyEnd }: Endpoint, direction: 'ingress' | 'egress') => {
    if (policyEnd === null) return null
    const { verdict, hits } = evaluator.evaluate(policyEnd, connection, direction, 'enforced')
    const pending = evaluator.evaluate(policyEnd, connection, direction, 'pending').hits
    return { verdict, policies: { enforced: hits, pending } }
  }
  const src = trace(from, 'egress')
  const dst = src?.verdict === 'Deny' ? null : trace(to, 'ingress')
  return {
    src: src === null ? null : endsEarly ? { ...src.policies, pending: [] } : src.policies,
    dst: dst?.policies ?? null,
    isDenied: src?.verdict === 'Deny' || dst?.verdict === 'Deny',
  }
}

function connectionOf({ from, to, proto, port }: Conversation): Connection {
  const end = ({ address, policyEnd }: Endpoint, own: number): ConnectionEnd => ({
    address: ensure(parseCidr(address), address),
    endpoint: policyEnd,
    port: proto === 'icmp' ? null : own,
  })
  return {
    source: end(from, CLIENT_PORT),
    destination: end(to, port),
    protocol: PROTOCOLS[proto],
    icmp: proto === 'icmp' ? ECHO_REQUEST : null,
  }
}
