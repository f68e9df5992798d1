import type { Counters, Flow } from '../flows/flow.ts'

/** The times and counters of a flow, from numbers by their field in goldmane.Flow (proto/goldmane/api.proto). */
export function timesAndCounters(numbers: Float64Array): Counters & Pick<Flow, 'startTime' | 'endTime'> {
  return {
    startTime: numbers[2]!,
    endTime: numbers[3]!,
    packetsIn: numbers[6]!,
    packetsOut: numbers[7]!,
    bytesIn: numbers[8]!,
    bytesOut: numbers[9]!,
    numConnectionsStarted: numbers[10]!,
    numConnectionsCompleted: numbers[11]!,
    numConnectionsLive: numbers[12]!,
  }
}
