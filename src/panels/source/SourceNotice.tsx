import { lazy, Suspense } from 'react'

import { unreachable } from '../../lib/assert.ts'
import { lazyChunk } from '../../lib/preload.ts'
import { lazyPart } from '../../ui/lazy-part.tsx'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { LostSource } from '../../state/client/source-state.ts'
import { useIsUnreachable } from '../../state/client/source-status.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice, NoticeFrame, NoticeText } from '../../ui/Notice.tsx'
import { TroubleDetail } from './TroubleDetail.tsx'
import { TryNow } from './TryNow.tsx'

/** Where it cannot be loaded, as when the server has gone before it was preloaded, the plain words stand in for it. */
const loadLostWords = lazyChunk(() => import('./LostWords.tsx'))
const LostWords = lazy(async () => ({
  default: await loadLostWords().then(
    (chunk) => chunk.LostWords,
    () => PlainWords,
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
      return open.kind === 'live' ? <LostNotice source={source} /> : <UnreadNotice source={source} />
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

/** A live source is not connected. Its button is beside the words, which the chunk that explains it replaces. */
function LostNotice({ source }: { source: LostSource }) {
  return (
    <NoticeFrame tone={source.trouble.retry ? 'warning' : 'error'}>
      <Suspense fallback={<PlainWords source={source} />}>
        <LostWords source={source} />
      </Suspense>
      <TryNow />
    </NoticeFrame>
  )
}

/** The trouble in its own words, until the chunk that explains it is there. */
function PlainWords({ source: { trouble } }: { source: LostSource }) {
  const hasRecords = useSnapshot(({ status }) => status.holdings.records > 0)
  return (
    <NoticeText title="No flows are coming in.">
      {trouble.say} {hasRecords ? 'What was received stays here. ' : null}
      <TroubleDetail trouble={trouble} />
    </NoticeText>
  )
}

function UnreadNotice({ source: { state, trouble } }: { source: LostSource }) {
  const { client, source: opened } = useFlowtrace()
  const hasRecords = useSnapshot(({ status }) => status.holdings.records > 0)
  return (
    <Notice
      tone={state === 'failed' || !trouble.retry ? 'error' : 'warning'}
      title={`${opened.name} could not be read.`}
      actions={<Button onClick={() => client.retry()}>Try again</Button>}
    >
      {trouble.say} {hasRecords ? 'What was read stays here. ' : null}
      <TroubleDetail trouble={trouble} />
    </Notice>
  )
}
