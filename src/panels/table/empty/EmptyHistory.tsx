import type { ReactNode } from 'react'

import { asksFor } from '../../../filter/tree/asks-for.ts'
import { ALL } from '../../../filter/tree/expression.ts'
import { formatAge } from '../../../lib/format.ts'
import { useFlowtrace, useScope, useSnapshot } from '../../../state/client/flowtrace.ts'
import { type ReadHistory, useReadHistory } from '../../../state/client/read-history.ts'
import type { LostSource } from '../../../state/client/source-state.ts'
import { useHistoryStatus } from '../../../state/goldmane/use-history-status.ts'
import { readRangeAlone } from '../../../state/view/history-range.ts'
import { navigate, useViewPart } from '../../../state/view/navigation.ts'
import { PassingButton } from '../../../ui/PassingButton.tsx'
import { whyNothingKept } from './nothing-kept.ts'
import { isRetried, useReadAgain } from './use-read-again.ts'

/** Why nothing of a range of the history is here, and the ways out: it was refused, or nothing of it is kept. */
export function EmptyHistory() {
  const source = useSnapshot(({ status }) => status.source)
  const history = useReadHistory()
  const trouble = useReadAgain(source)
  if (history === null) return null
  if (trouble !== null) return <NotRead trouble={trouble} />
  if (source.state === 'loaded' || source.state === 'stopped') return <NothingKept history={history} />
  return (
    <>
      <p className="text-muted">Asking the history…</p>
      <p className="animate-late text-muted">
        It has not answered yet. Of several questions at a time some wait until others are answered.
      </p>
      <Ways />
    </>
  )
}

function NotRead({ trouble }: Pick<LostSource, 'trouble'>) {
  const { client } = useFlowtrace()
  const filter = useViewPart((view) => view.filter)
  const scope = useViewPart((view) => view.scope)
  const { narrower, say, detail } = trouble
  const canScope =
    narrower !== undefined && scope.kind === 'all' && filter.kind !== 'all' && !asksFor(filter, 'age')
  return (
    <div role="alert" className="flex flex-col items-start gap-2">
      <h2 className="text-lg font-semibold">This range of the history was not read</h2>
      <p className="[overflow-wrap:anywhere] text-muted">
        {say} {detail === null ? null : <code className="text-xs">{detail}</code>}
      </p>
      {narrower === undefined ? null : <p className="text-muted">Or select a part of it on the timeline.</p>}
      {isRetried(trouble) ? <p className="text-muted">It is asked for again by itself.</p> : null}
      <Ways>
        {narrower === undefined ? (
          <PassingButton look="primary" onClick={() => client.retry()}>
            Try again
          </PassingButton>
        ) : (
          <PassingButton look="primary" onClick={() => readRangeAlone(narrower)}>
            Read the last {formatAge(narrower.to - narrower.from)} of it
          </PassingButton>
        )}
        {canScope ? (
          <PassingButton onClick={() => navigate({ scope: filter })}>
            Read what the filter shows
          </PassingButton>
        ) : null}
      </Ways>
    </div>
  )
}

function NothingKept({ history }: { history: ReadHistory }) {
  const { history: status } = useHistoryStatus()
  const isStopped = useSnapshot(({ status: { source } }) => source.state === 'stopped')
  const scope = useScope()
  const why = whyNothingKept(history, status, { isScoped: scope !== null, isStopped })
  return (
    <>
      <h2 className="text-lg font-semibold">{why.title}</h2>
      {why.reasons.map((reason) => (
        <p key={reason} className="text-muted">
          {reason}
        </p>
      ))}
      <Ways>
        {why.instead === null ? null : (
          <PassingButton look="primary" onClick={() => readRangeAlone(why.instead!.range)}>
            {why.instead.title}
          </PassingButton>
        )}
        {scope === null ? null : (
          <PassingButton onClick={() => navigate({ scope: ALL })}>Read everything</PassingButton>
        )}
      </Ways>
    </>
  )
}

function Ways({ children }: { children?: ReactNode }) {
  return (
    <div className="mt-2 flex flex-wrap gap-2">
      {children}
      <PassingButton onClick={() => navigate({ time: null })}>Back to live</PassingButton>
    </div>
  )
}
