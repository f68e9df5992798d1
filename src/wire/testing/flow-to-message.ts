import { create } from '@bufbuild/protobuf'

import type { Flow } from '../../flows/flow.ts'
import { type Flow as FlowMessage, FlowSchema } from '../../gen/goldmane/api_pb.ts'
import { keyToMessage } from '../flow-message.ts'

/** The message of a flow. Counters that were not recorded become 0, because protobuf has no "not recorded". */
export function flowToMessage(flow: Flow): FlowMessage {
  return create(FlowSchema, {
    Key: keyToMessage(flow.key),
    startTime: BigInt(flow.startTime),
    endTime: BigInt(flow.endTime),
    sourceLabels: [...flow.sourceLabels],
    destLabels: [...flow.destLabels],
    packetsIn: BigInt(flow.packetsIn ?? 0),
    packetsOut: BigInt(flow.packetsOut ?? 0),
    bytesIn: BigInt(flow.bytesIn ?? 0),
    bytesOut: BigInt(flow.bytesOut ?? 0),
    numConnectionsStarted: BigInt(flow.numConnectionsStarted ?? 0),
    numConnectionsCompleted: BigInt(flow.numConnectionsCompleted ?? 0),
    numConnectionsLive: BigInt(flow.numConnectionsLive ?? 0),
  })
}
