import { type ReactNode, Suspense, useState } from 'react'

import { visibleText } from '../lib/visible-text.ts'
import { SourceNotice } from '../panels/source/SourceNotice.tsx'
import { useFlowtrace } from '../state/client/flowtrace.ts'
import { useParsedView, useViewPart } from '../state/view/navigation.ts'
import { Notice } from '../ui/Notice.tsx'
import { BundleNotice, VersionNotice } from './lazy-panels.ts'

/**
 * The place of the strip (`children`), and over it what must be said about the source and the link. A notice lies over
 * the strip and grows upwards over the timeline, so that neither the rows nor the query move or are covered when it comes. In a low
 * window and on Compare, which have no strip, it lies at the foot.
 */
export function NoticeSlot({ children }: { children?: ReactNode }) {
  const { bundle } = useFlowtrace().source
  const isThin = useViewPart(({ screen }) => screen === 'compare')
  return (
    <div
      className={`z-10 flex-none border-line bg-surface ${isThin ? '' : 'relative h-strip not-low:border-b'}`}
    >
      {children}
      <div
        className={`inset-x-0 bottom-0 max-h-[calc(var(--height-timeline)+var(--height-strip))] overflow-y-auto low:fixed low:max-h-[40dvh] ${isThin ? 'fixed' : 'absolute'}`}
      >
        <SourceNotice />
        <ClusterNotice />
        <LinkNotice />
        <Suspense fallback={null}>
          <VersionNotice />
          {bundle ? <BundleNotice bundle={bundle} /> : null}
        </Suspense>
      </div>
    </div>
  )
}

/** That the link names a cluster that this server does not have. */
function ClusterNotice() {
  const { source, offered, clusters } = useFlowtrace()
  const cluster = useViewPart((view) => view.cluster)
  if (offered === null || cluster === null || cluster === offered.name) return null
  return (
    <Notice title={`This server has no cluster “${visibleText(cluster)}”.`}>
      {clusters.length > 1 ? `It has ${clusters.length} others; shown is` : 'Shown is'} {source.name}.
    </Notice>
  )
}

/** What was not understood of the link, until it is closed or another link is opened. */
function LinkNotice() {
  const { problems } = useParsedView()
  const text = visibleText(problems.join(', '))
  const [closed, setClosed] = useState('')
  if (text === '' || text === closed) return null
  return (
    <Notice title="Part of the link was not understood:" onClose={() => setClosed(text)}>
      {text}. Everything else in it is applied.
    </Notice>
  )
}
