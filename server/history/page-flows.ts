/** The records of a page as flows. */
import type { Flow, LabelledKey } from '../../src/flows/flow.ts'
import { ensure } from '../../src/lib/assert.ts'
import type { RecordPage } from './history-store.ts'

/** `keys`: those of this page and of all before it. */
export function* flowsOfPage(page: RecordPage, keys: readonly LabelledKey[]): Generator<Flow> {
  const { starts, seconds, keyIndexes } = page
  for (let i = 0; i < keyIndexes.length; i++) {
    const startTime = ensure(starts[i], 'start')
    // Without a spread of the key, which is ten times slower.
    const { key, sourceLabels, destLabels } = ensure(keys[ensure(keyIndexes[i], 'index')], 'key')
    yield {
      key,
      sourceLabels,
      destLabels,
      startTime,
      endTime: startTime + ensure(seconds[i], 'seconds'),
      packetsIn: recorded(page.packetsIn[i]),
      packetsOut: recorded(page.packetsOut[i]),
      bytesIn: recorded(page.bytesIn[i]),
      bytesOut: recorded(page.bytesOut[i]),
      numConnectionsStarted: recorded(page.numConnectionsStarted[i]),
      numConnectionsCompleted: recorded(page.numConnectionsCompleted[i]),
      numConnectionsLive: recorded(page.numConnectionsLive[i]),
    }
  }
}

/** A counter that is not recorded is NaN in a column. */
function recorded(value = Number.NaN): number | null {
  return Number.isNaN(value) ? null : value
}
