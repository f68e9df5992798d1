import { useState } from 'react'

import { visibleText } from '../lib/visible-text.ts'
import { useFlowtrace } from '../state/client/flowtrace.ts'
import { useParsedView, useViewPart } from '../state/view/navigation.ts'
import { Notice } from '../ui/Notice.tsx'

/** What of the link does not fit this server, or was not understood. */
export function LinkNotices() {
  return (
    <>
      <ClusterNotice />
      <LinkNotice />
    </>
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
