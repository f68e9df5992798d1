/** Which hits the traces of a range have, and how much of the range was recorded. */
import { ALL } from '../../../src/filter/tree/expression.ts'
import type { LabelledKey, PolicyHit } from '../../../src/flows/flow.ts'
import { namedPolicy } from '../../../src/flows/hit.ts'
import { bothTimes, type RecordedHit, type RecordedPart } from '../../../src/flows/recorded-hit.ts'
import { type HitsAnswer, MAX_RECORDED_HITS } from '../../../src/wire/history-hits.ts'
import type { HistoryLimits, HistoryRange, HistoryStore } from '../history-store.ts'
import { aligned, type HistoryPart, partsOf } from './history-parts.ts'
import { type AskedSelection, HOUR } from './history-question.ts'
import { type HistoryViewer, rowsWithShownKeys } from './shown-keys.ts'

export interface AskedHits extends Pick<AskedSelection, 'range' | 'filter'>, HistoryViewer {
  readonly cluster: string
  /** Unix seconds. */
  readonly now: number
}

export async function answerHits(
  store: HistoryStore,
  { cluster, filter, now, show, ...asked }: AskedHits,
  limits: HistoryLimits,
): Promise<HitsAnswer> {
  const range = aligned(asked.range, HOUR)
  const parts = partsOf(range, await store.keptTimes(cluster), now)
  const hits = new Map<string, RecordedHit>()
  let incomplete: string | null = null
  for (const part of parts) {
    const selection = { ...part, cluster, filter, namespaces: asked.namespaces }
    const answer = await store.query('traces', {}, selection, limits)
    incomplete ??= answer.incomplete
    const read = { cluster, show }
    for await (const { row, shown } of rowsWithShownKeys(store, read, answer.rows, ({ example }) => example))
      addHits(hits, shown, row)
  }
  const { recorded, missing } = await recordedPart(store, cluster, { range, parts }, limits)
  const sorted = [...hits.values()].sort((a, b) => b.last - a.last || a.first - b.first)
  return {
    from: range.from,
    to: range.to,
    recorded,
    gaps: (await store.gaps(cluster, range)).map(({ from, to, cause }) => ({ from, to, cause })),
    hits: sorted.slice(0, MAX_RECORDED_HITS),
    omitted: Math.max(0, sorted.length - MAX_RECORDED_HITS),
    incomplete: incomplete ?? missing,
  }
}

function addHits(
  hits: Map<string, RecordedHit>,
  { key: { reporter, policies } }: LabelledKey,
  times: Pick<RecordedHit, 'first' | 'last' | 'records'>,
): void {
  for (const stage of ['enforced', 'pending'] as const) {
    for (const hit of policies[stage]) {
      if (hit.kind === 'Profile') continue
      const name = JSON.stringify([reporter, stage, identityOf(hit)])
      const inAnyPlace = { ...hit, policyIndex: 0 }
      hits.set(name, { reporter, stage, hit: inAnyPlace, ...bothTimes(hits.get(name) ?? null, times) })
    }
  }
}

/** Two hits of one rule, or of one end of tier in the name of one policy, are equal by it: whatever their place in a trace. */
function identityOf(hit: PolicyHit): readonly unknown[] {
  const { kind, namespace, name } = namedPolicy(hit)
  return [hit.kind, hit.tier, hit.action, hit.ruleIndex, kind, namespace, name]
}

/** Counted over all namespaces: that an hour has records says nothing of whose they are, and `history.json` says as much. */
async function recordedPart(
  store: HistoryStore,
  cluster: string,
  { range, parts }: { readonly range: HistoryRange; readonly parts: readonly HistoryPart[] },
  limits: HistoryLimits,
): Promise<{ readonly recorded: RecordedPart; readonly missing: string | null }> {
  const hours = new Set<number>()
  let missing: string | null = null
  for (const part of parts) {
    const selection = { ...part, cluster, filter: ALL, namespaces: 'all' as const }
    const answer = await store.query(
      'histogram',
      { origin: range.from, width: HOUR, step: HOUR },
      selection,
      limits,
    )
    missing ??= answer.incomplete
    for (const { start } of answer.rows) hours.add(start)
  }
  const sorted = [...hours].sort((a, b) => a - b)
  const [first = null, last] = [sorted[0], sorted.at(-1)]
  return {
    recorded: {
      first,
      last: last === undefined ? null : last + HOUR,
      hours: sorted.length,
      ofHours: (range.to - range.from) / HOUR,
    },
    missing,
  }
}
