import { useState } from 'react'

import { visibleText } from '../lib/visible-text.ts'
import { useFlowtrace, useSnapshot } from '../state/client/flowtrace.ts'
import { lacksHistory } from '../state/view/lacks-history.ts'
import { useParsedView, useViewPart } from '../state/view/navigation.ts'
import { isSliding, lengthInWords } from '../state/view/time-choice.ts'
import { Notice } from '../ui/Notice.tsx'

/** What of the link does not fit this server, or was not understood. */
export function LinkNotices() {
  return (
    <>
      <ClusterNotice />
      <NoHistoryNotice />
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

/** That a server without a history is asked for more of the past than there is, until it is closed. */
function NoHistoryNotice() {
  const { source } = useFlowtrace()
  const time = useViewPart((view) => view.time)
  const heldSeconds = useSnapshot(({ status: { holdings } }) =>
    holdings.oldest === null || holdings.newest === null ? null : holdings.newest - holdings.oldest,
  )
  const [closed, setClosed] = useState('')
  if (!isSliding(time) || !lacksHistory(source, time) || heldSeconds === null || heldSeconds >= time.last)
    return null
  const asked = lengthInWords(time.last)
  if (asked === closed) return null
  return (
    <Notice title={`This server has no history of the last ${asked}.`} onClose={() => setClosed(asked)}>
      Shown is what Goldmane still had of it, an hour at most, and what came since.
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
