import { lazy, Suspense } from 'react'

import { unreachable } from '../../lib/assert.ts'
import { lazyChunk } from '../../lib/preload.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { LostSource } from '../../state/client/source-state.ts'
import { useIsUnreachable } from '../../state/client/source-status.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { TroubleDetail } from './TroubleDetail.tsx'
import { TryNow } from './TryNow.tsx'

/** Where it cannot be loaded, as when the server has gone before it was preloaded, the plain words stand in for it. */
const loadLostNotice = lazyChunk(() => import('./LostNotice.tsx'))
const LostNotice = lazy(async () => ({
  default: await loadLostNotice().then(
    (chunk) => chunk.LostNotice,
    () => PlainNotice,
  ),
}))

const CaptureProgress = lazyPart(async () => (await import('./CaptureProgress.tsx')).CaptureProgress)
const HistoryNotice = lazyPart(async () => (await import('./HistoryNotice.tsx')).HistoryNotice)

/** A notice that the source is lost or has failed, or how far a file has been read. */
export function SourceNotice() {
  const source = useSnapshot(({ status }) => status.source)
  const { open } = useFlowtrace().source
  const isUnreachable = useIsUnreachable()
  if (open.kind === 'history')
    return (
      <Suspense fallback={null}>
        <HistoryNotice />
      </Suspense>
    )
  switch (source.state) {
    case 'silent':
    case 'reconnecting':
    case 'failed':
      // With nothing held it is the screen itself that says so.
      if (isUnreachable) return null
      if (open.kind !== 'live') return <PlainNotice source={source} />
      return (
        <Suspense fallback={<PlainNotice source={source} />}>
          <LostNotice source={source} />
        </Suspense>
      )
    case 'loading':
      return (
        <Suspense fallback={null}>
          <CaptureProgress read={source.read} total={source.total} />
        </Suspense>
      )
    case 'stopped':
      return (
        <Notice title="Reading was stopped.">
          What was read until then is shown; the rest of the file is not.
        </Notice>
      )
    case 'idle':
    case 'connecting':
    case 'reading':
    case 'live':
    case 'loaded':
      return null
    default:
      return unreachable(source, 'source state')
  }
}

/** The trouble in its own words: of a capture, and until the chunk that explains a lost connection is there. */
function PlainNotice({ source }: { source: LostSource }) {
  const { client, source: opened } = useFlowtrace()
  const hasRecords = useSnapshot(({ status }) => status.holdings.records > 0)
  const { trouble } = source
  const isCapture = opened.open.kind !== 'live'
  return (
    <Notice
      tone={source.state === 'failed' || !trouble.retry ? 'error' : 'warning'}
      title={isCapture ? `${opened.name} could not be read.` : 'No flows are coming in.'}
      actions={isCapture ? <Button onClick={() => client.retry()}>Try again</Button> : <TryNow />}
    >
      {trouble.say} {hasRecords ? `What was ${isCapture ? 'read' : 'received'} stays here. ` : null}
      <TroubleDetail trouble={trouble} />
    </Notice>
  )
}
