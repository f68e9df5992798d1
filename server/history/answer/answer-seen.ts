/** Since when a conversation is seen, and which verdicts it has had: over all that the history holds of it. */
import type { FlowKey } from '../../../src/flows/flow.ts'
import { decidingHit } from '../../../src/flows/hit.ts'
import { decisionIdentity, workloadConversationIdentity } from '../../../src/flows/identity.ts'
import type { Expression, Value } from '../../../src/filter/tree/expression.ts'
import type { FieldId } from '../../../src/flows/field.ts'
import { workloadOf } from '../../../src/flows/spelling.ts'
import type { SeenAnswer, SeenVerdict } from '../../../src/wire/history-seen.ts'
import type { HistoryLimits, HistoryStore } from '../history-store.ts'
import { partsOf } from './history-parts.ts'
import { MisreadQuestion } from './history-question.ts'
import { type HistoryViewer, rowsWithShownKeys } from './shown-keys.ts'

/** More than a reader reads; the newest are kept. */
const MAX_VERDICTS = 50

/** The conversation that an address names. */
export function readConversation(params: URLSearchParams): FlowKey | MisreadQuestion {
  const port = Number(params.get('port'))
  const text = (name: string) => params.get(name) ?? ''
  if (text('src') === '' && text('dst') === '')
    return new MisreadQuestion('src and dst have to name the ends of a conversation.')
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return new MisreadQuestion('port has to be a number up to 65535.')
  return {
    sourceName: text('src'),
    sourceNamespace: text('src_ns'),
    sourceType: 'EndpointTypeUnspecified',
    destName: text('dst'),
    destNamespace: text('dst_ns'),
    destType: 'EndpointTypeUnspecified',
    destPort: port,
    destServiceName: '',
    destServiceNamespace: '',
    destServicePortName: '',
    destServicePort: 0,
    proto: text('proto'),
    reporter: 'ReporterUnspecified',
    action: 'ActionUnspecified',
    policies: { enforced: [], pending: [] },
  }
}

export interface AskedSeen extends HistoryViewer {
  readonly cluster: string
  readonly key: FlowKey
  /** Unix seconds. */
  readonly now: number
}

export async function answerSeen(
  store: HistoryStore,
  { cluster, key, now, ...viewer }: AskedSeen,
  limits: HistoryLimits,
): Promise<SeenAnswer> {
  const held = await store.keptTimes(cluster)
  const { oldest, oldestHour, newest } = held
  const starts = [oldest, oldestHour].filter((time) => time !== null)
  const from = starts.length === 0 ? null : Math.min(...starts)
  if (from === null) return { from: null, verdicts: [], omitted: 0, incomplete: null }
  // Of a cluster that is not recorded any more only sums of hours may be left.
  const to = newest ?? Math.ceil(now)
  const verdicts = new Map<string, SeenVerdict>()
  const asked = workloadConversationIdentity(key)
  let incomplete: string | null = null
  for (const part of partsOf({ from, to }, held, now)) {
    const selection = { ...part, cluster, filter: endsLike(key), namespaces: viewer.namespaces }
    const answer = await store.query('entries', {}, selection, limits)
    incomplete ??= answer.incomplete
    const read = { cluster, show: viewer.show }
    for await (const { row, shown } of rowsWithShownKeys(store, read, answer.rows, ({ entry }) => entry)) {
      // As it is shown: that a hidden name has a verdict would tell who guessed it that the guess is right.
      if (workloadConversationIdentity(shown.key) === asked) addVerdict(verdicts, shown.key, row)
    }
  }
  const sorted = [...verdicts.values()].sort((a, b) => a.first - b.first || a.last - b.last)
  return {
    from,
    verdicts: sorted.slice(-MAX_VERDICTS),
    omitted: Math.max(0, sorted.length - MAX_VERDICTS),
    incomplete,
  }
}

/**
 * A filter that finds every conversation of the same workloads, and some others: those whose names begin alike. So that the question
 * since when a flow is denied goes on through the rollouts of both ends, each of which has pods of another name.
 */
function endsLike(key: FlowKey): Expression {
  const isText = (field: FieldId, text: string): Expression[] =>
    text === '' || text === '-' ? [] : [compare(field, { kind: 'text', text, wildcard: false })]
  const beginsAs = (field: FieldId, name: string): Expression[] =>
    name === '' || name === '-'
      ? []
      : [compare(field, { kind: 'text', text: `${workloadOf(name)}*`, wildcard: true })]
  return {
    kind: 'and',
    terms: [
      compare('port', { kind: 'number', number: key.destPort }),
      ...isText('proto', key.proto),
      ...isText('src.ns', key.sourceNamespace),
      ...isText('dst.ns', key.destNamespace),
      ...beginsAs('src.name', key.sourceName),
      ...beginsAs('dst.name', key.destName),
    ],
  }
}

function compare(field: FieldId, value: Value): Expression {
  return { kind: 'compare', field, operator: '=', values: [value] }
}

function addVerdict(
  verdicts: Map<string, SeenVerdict>,
  { reporter, action, policies: { enforced } }: FlowKey,
  { first, last, records }: Pick<SeenVerdict, 'first' | 'last' | 'records'>,
): void {
  const name = JSON.stringify([reporter, action, decisionIdentity(enforced)])
  const before = verdicts.get(name)
  verdicts.set(name, {
    reporter,
    action,
    hit: decidingHit(enforced) ?? null,
    first: Math.min(first, before?.first ?? first),
    last: Math.max(last, before?.last ?? last),
    records: records + (before?.records ?? 0),
  })
}
