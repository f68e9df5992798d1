import type { Flow } from '../../flows/flow.ts'
import type { Flow as FlowMessage } from '../../gen/goldmane/api_pb.ts'
import { countersFromMessage, keyFromMessage } from '../flow-message.ts'

/**
 * For tests, the oracle of decoders of our own: the flow of a message; undefined if it has no key. Times are Unix
 * seconds.
 */
export function flowFromMessage(flow: FlowMessage): Flow | undefined {
  if (flow.Key === undefined) return undefined
  return {
    key: keyFromMessage(flow.Key),
    sourceLabels: flow.sourceLabels,
    destLabels: flow.destLabels,
    startTime: Number(flow.startTime),
    endTime: Number(flow.endTime),
    ...countersFromMessage(flow),
  }
}
