import { useMemo } from 'react'

import { bytesOf } from '../../../flows/counters.ts'
import { formatBytes, formatPlural } from '../../../lib/format.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { BothEnds } from '../../../trace/compare/both-ends.ts'
import { traceChangesOf } from '../../../trace/compare/trace-changes.ts'
import type { Explanation } from '../../../trace/explain/explain.ts'
import { withNamespace } from '../../../trace/words/policy-label.ts'
import { connectionWords } from '../../../trace/words/verdict-words.ts'
import { CannotTell } from './CannotTell.tsx'
import { ChangeOverTime } from './ChangeOverTime.tsx'
import { Fold, type SeenFolds } from './Fold.tsx'
import { LastHour } from './LastHour.tsx'
import { RawRecord } from './RawRecord.tsx'
import { CounterFacts, LabelFacts } from './RecordFacts.tsx'

/** How many parts are folded: the keys 1 to 5 unfold them. */
export const FOLD_COUNT = 5

/** The label that tells an end's pods apart best: the first of these that it has, or else its first one. */
const TELLING_LABELS = ['app', 'app.kubernetes.io/name', 'k8s-app', 'run']

function tellingLabel(labels: readonly string[]): string {
  const named = TELLING_LABELS.flatMap((name) => labels.filter((label) => label.startsWith(`${name}=`)))
  return visibleText(named[0] ?? labels[0] ?? 'no label')
}

function labelHint({ key, sourceLabels, destLabels }: Row): string {
  const labels = `${tellingLabel(sourceLabels)} → ${tellingLabel(destLabels)}`
  const { destServiceName: service, destServiceNamespace: namespace } = key
  return service === '' || service === '-'
    ? labels
    : `${labels} · service ${withNamespace(namespace, service)}`
}

function counterHint(row: Row): string {
  const connections = connectionWords(row.key.action, row)
  const bytes = bytesOf(row)
  return bytes === null ? connections : `${connections}, ${formatBytes(bytes)}`
}

/** The details of the answer, folded. `open` has the numbers of those that are not, the newest last. */
export function Folds({
  row,
  conversation,
  ends,
  explanation,
  open,
  seenRef,
  onToggle,
}: {
  row: Row
  conversation: readonly Row[] | undefined
  ends: BothEnds | null
  explanation: Explanation
  open: ReadonlySet<number>
  seenRef: SeenFolds
  onToggle: (fold: number) => void
}) {
  const changes = useMemo(
    () => (conversation === undefined ? null : traceChangesOf(row.key, conversation).changes.length),
    [row, conversation],
  )
  const { cannotTell } = explanation
  const newest = [...open].at(-1)
  const fold = (keyNumber: number) => ({
    keyNumber,
    open: open.has(keyNumber),
    isNewest: keyNumber === newest,
    seenRef,
    onToggle: () => onToggle(keyNumber),
  })
  const records = formatPlural(row.records, 'record')
  return (
    <div className="mt-2 border-t border-line-soft">
      <Fold title="Labels and service" hint={labelHint(row)} {...fold(1)}>
        <LabelFacts row={row} />
      </Fold>
      <Fold title="Counters" hint={counterHint(row)} {...fold(2)}>
        <CounterFacts row={row} />
        <LastHour row={row} />
      </Fold>
      <Fold
        title="Changes over time"
        hint={
          changes === null ? records : changes === 0 ? `none in ${records}` : formatPlural(changes, 'change')
        }
        {...fold(3)}
      >
        {conversation === undefined ? (
          <p className="text-muted">Looking for other records…</p>
        ) : (
          // The key closes all comparisons when another row is opened.
          <ChangeOverTime key={row.id} row={row} conversation={conversation} />
        )}
      </Fold>
      <Fold
        title="What cannot be told"
        hint={cannotTell.map(({ what }) => what).join(', ')}
        spokenHint={formatPlural(cannotTell.length, 'thing')}
        {...fold(4)}
      >
        <CannotTell items={cannotTell} ends={ends} />
      </Fold>
      <Fold title="Raw record" hint="JSON" {...fold(5)}>
        <RawRecord row={row} />
      </Fold>
    </div>
  )
}
