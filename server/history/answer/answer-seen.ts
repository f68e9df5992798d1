/** Since when a conversation is seen, and which verdicts it has had: over all that the history holds of it. */
import type { FlowKey, LabelledKey } from '../../../src/flows/flow.ts'
import { decidingHit } from '../../../src/flows/hit.ts'
import { decisionIdentity, workloadConversationIdentity } from '../../../src/flows/identity.ts'
import { ALL } from '../../../src/filter/tree/expression.ts'
import type { SeenAnswer, SeenVerdict } from '../../../src/wire/history-seen.ts'
import type { HistoryLimits, HistoryStore } from '../history-store.ts'
import { partsOf } from './history-parts.ts'
import { MisreadQuestion } from './history-question.ts'
import type { HistoryViewer } from './shown-keys.ts'

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
  const held = await store.stats()
  const { oldest, oldestHour, newest } = held
  const starts = [oldest, oldestHour].filter((time) => time !== null)
  const from = starts.length === 0 ? null : Math.min(...starts)
  if (from === null || newest === null) return { from: null, verdicts: [], omitted: 0, incomplete: null }
  const verdicts = new Map<string, SeenVerdict>()
  let incomplete: string | null = null
  for (const part of partsOf({ from, to: newest }, held, now)) {
    const selection = { ...part, cluster, filter: ALL, namespaces: viewer.namespaces }
    const like: LabelledKey = { key, sourceLabels: [], destLabels: [] }
    const answer = await store.query('conversation', { like }, selection, limits)
    incomplete ??= answer.incomplete
    const entries = answer.rows.map(({ entry }) => entry)
    const keys = await store.keysOf(cluster, entries)
    for (const [i, row] of answer.rows.entries()) {
      const recorded = keys[i]
      const shown = recorded === undefined ? null : shownKey(viewer, recorded, key)
      if (shown !== null) addVerdict(verdicts, shown, row)
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
 * The key as the viewer gets it; null for one that is not shown. Nor is one of which a name is hidden: that it has a verdict
 * would tell who guessed the name that the guess is right.
 */
function shownKey({ show }: HistoryViewer, recorded: LabelledKey, asked: FlowKey): FlowKey | null {
  if (show === null) return recorded.key
  const shown = show(recorded)?.key ?? null
  const isAsked =
    shown !== null && workloadConversationIdentity(shown) === workloadConversationIdentity(asked)
  return isAsked ? shown : null
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
