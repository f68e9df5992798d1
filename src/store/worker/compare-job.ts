/** Answers what changed between two sides. A lazy chunk. Long work is done in slices, because the worker may serve other pages. */
import { recordedGaps, stepOf, whyIncomplete } from '../../capture/format/joined-headers.ts'
import { comparisonSteps } from '../../compare/compare.ts'
import { footingOf, headlineOf } from '../../compare/comparison-words.ts'
import { groupLists, type GroupLists } from '../../compare/listed-groups.ts'
import { type CompareProgress, openProgressChannel } from '../../compare/progress-channel.ts'
import type { SideTally } from '../../compare/side-tally.ts'
import { nearestSteps } from '../../compare/whole-steps.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { runInSlices } from '../../lib/time-slices.ts'
import type {
  Beginnings,
  CompareAnswer,
  CompareQuestion,
  CompareSide,
  GroupsAnswer,
  GroupsQuestion,
  SideLosses,
} from '../compare-messages.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { TimeRange } from '../protocol.ts'
import { answerGroups, firstOf, keepLists } from './compare-lists.ts'
import { receivedGaps, tallyOf } from './compare-sides.ts'
import { readSource } from './compare-source.ts'

const PROGRESS_INTERVAL_MS = 200
const HOUR_SECONDS = 3600

/** What is open. */
export interface CompareScene {
  readonly store: RecordStore
  /** Unix seconds by the clock that the records have their times from. */
  readonly now: number
  /** Bytes that a second source may take. */
  readonly budget: number
}

interface BuiltSide {
  readonly tally: SideTally
  readonly losses: SideLosses
}

/** Tells the page how far the side is, not more often than it can be seen. */
class ProgressTeller {
  readonly #tell: (progress: CompareProgress) => void
  #toldAt = 0

  constructor(tell: (progress: CompareProgress) => void) {
    this.#tell = tell
  }

  say(progress: CompareProgress): void {
    const now = performance.now()
    if (now - this.#toldAt < PROGRESS_INTERVAL_MS) return
    this.#toldAt = now
    this.#tell(progress)
  }
}

async function buildSide(
  name: 'A' | 'B',
  side: CompareSide,
  { filter }: CompareQuestion,
  scene: CompareScene,
  { signal, progress }: { readonly signal: AbortSignal; readonly progress: ProgressTeller },
): Promise<BuiltSide> {
  const {
    store,
    covered: read,
    headers,
  } = side.of === 'held'
    ? { store: scene.store, covered: null, headers: [] }
    : await readSource(side.source, scene.budget, signal, (records, part) =>
        progress.say({ side: name, stage: 'reading', records, part }),
      )
  const step = side.of === 'held' ? (side.step ?? null) : stepOf(headers)
  const range = side.range === null ? null : comparedPart(side.range, step, side.begins)
  const { records, oldest, evicted, refused } = store.holdings()
  // What an open history had to evict is missing, and not quiet.
  const isWhole = read !== null || (side.begins !== undefined && evicted === 0)
  const covered = isWhole ? (range ?? read) : null
  const tally = await runInSlices(tallyOf({ store, filter, range, covered, now: scene.now, name }), {
    signal,
    onSlice: (part) => progress.say({ side: name, stage: 'adding', records, part }),
  })
  const named = side.of === 'held' ? (side.gaps ?? []) : recordedGaps(headers)
  tally.lack([...receivedGaps(store), ...named.map(({ from, to, reason }) => ({ from, to, cause: reason }))])
  tally.stepSeconds = step
  // What was evicted is older than all that is held.
  const isCut = range === null || read !== null || (oldest !== null && range.from < oldest)
  return {
    tally,
    losses: {
      evicted: isCut ? evicted : 0,
      refused: side.of === 'held' ? 0 : refused,
      incomplete: side.of === 'held' ? (side.incomplete ?? null) : whyIncomplete(headers),
    },
  }
}

/** The part of a window that is compared: of whole sums, and after the beginning of a history within it. */
function comparedPart(window: TimeRange, step: number | null, begins: Beginnings | undefined): TimeRange {
  const isSummed = step !== null && step > BUCKET_SECONDS
  const { from, to } = isSummed ? nearestSteps(window, step) : window
  // Where the records of a short window are deleted, the history answers by its hours.
  const beginning = isSummed && step >= HOUR_SECONDS ? begins?.hours : begins?.records
  return { from: Math.max(from, beginning ?? from), to }
}

const running = new WeakMap<object, AbortController>()

/**
 * As {@link answerComparison}, of which a session's newest one ends the one before, and which the page may give up. Null for
 * one that was ended: it is not answered. More groups are those of the comparison that was answered last.
 */
export async function answerNewest(
  session: object,
  question: CompareQuestion | GroupsQuestion,
  scene: CompareScene,
): Promise<CompareAnswer | GroupsAnswer | null> {
  if (question.about === 'groups') return answerGroups(session, question)
  running.get(session)?.abort()
  const abort = new AbortController()
  running.set(session, abort)
  const { signal } = abort
  const { channel: name } = question
  const channel =
    name === undefined ? null : openProgressChannel(name, { cancel: () => abort.abort('given up') })
  try {
    const { answer, lists } = await compared(question, scene, signal, (progress) =>
      channel?.progress(progress),
    )
    keepLists(session, name ?? '', lists)
    return answer
  } catch (error) {
    if (signal.aborted) return null
    throw error
  } finally {
    channel?.close()
  }
}

/** Throws a TroubleError where there is nothing to compare, and the signal's reason when it is aborted. */
export async function answerComparison(
  question: CompareQuestion,
  scene: CompareScene,
  signal: AbortSignal,
): Promise<CompareAnswer> {
  const { answer } = await compared(question, scene, signal, () => {})
  return answer
}

/** The answer, and all groups. Throws as {@link answerComparison}. */
async function compared(
  question: CompareQuestion,
  scene: CompareScene,
  signal: AbortSignal,
  tell: (progress: CompareProgress) => void,
): Promise<{ readonly answer: CompareAnswer; readonly lists: GroupLists }> {
  const options = { signal, progress: new ProgressTeller(tell) }
  const a = await buildSide('A', question.a, question, scene, options)
  const b = await buildSide('B', question.b, question, scene, options)
  const whole = await runInSlices(comparisonSteps(a.tally, b.tally), { signal })
  const lists = groupLists(whole)
  const answer: CompareAnswer = {
    ok: true,
    of: question.channel ?? '',
    ...firstOf(whole, lists),
    headline: headlineOf(whole, question.where),
    footing: footingOf(whole),
    losses: { a: a.losses, b: b.losses },
  }
  return { answer, lists }
}
