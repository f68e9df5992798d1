/** A capture as a viewer who may not see all namespaces gets it: the flows that are shown to them, one a line. */
import type { Readable } from 'node:stream'
import { writeFlow } from '../../src/capture/write.ts'
import { readCapture } from '../../src/capture/read.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { keyFromMessage, keyToMessage } from '../../src/wire/flow-message.ts'
import type { Viewer } from '../auth/viewer.ts'
import { viewOf } from '../bridge/viewer-view.ts'
import { bytesOf } from '../lib/readable-bytes.ts'
import type { RingView } from '../upstream/ring/ring-view.ts'

/** What cannot be read is left out, because nobody can say whose it is. */
export async function* scopedLines(bytes: Readable, viewer: Viewer): AsyncGenerator<string> {
  const view = viewOf(undefined, viewer)
  for await (const { flows } of readCapture(bytesOf(bytes))) {
    const lines = flows.map((flow) => shownFlow(flow, view)).filter((flow) => flow !== null)
    if (lines.length > 0) yield `${lines.map(writeFlow).join('\n')}\n`
  }
}

function shownFlow(flow: Flow, view: RingView): Flow | null {
  if (view.show === null) return flow
  const shown = view.show(keyToMessage(flow.key))
  if (shown === null) return null
  return {
    ...flow,
    key: shown.rewritten === null ? flow.key : keyFromMessage(shown.rewritten),
    sourceLabels: shown.hidesSourceLabels ? [] : flow.sourceLabels,
    destLabels: shown.hidesDestLabels ? [] : flow.destLabels,
  }
}
