/** Answers what changed between two sides. A lazy chunk. Long work is done in slices, because the worker may serve other pages. */
import { recordedGaps, whyIncomplete } from '../../capture/format/joined-headers.ts'
import { comparisonSteps } from '../../compare/compare.ts'
import { type Comparison, type Section, SECTIONS } from '../../compare/comparison.ts'
import { footingOf, headlineOf } from '../../compare/comparison-words.ts'
import type { SideTally } from '../../compare/side-tally.ts'
import { runInSlices } from '../../lib/time-slices.ts'
import type { CompareAnswer, CompareQuestion, CompareSide, SideLosses } from '../compare-messages.ts'
import type { RecordStore } from '../keys/record-store.ts'
import { gapsIn, tallyOf } from './compare-sides.ts'
import { readSource } from './compare-source.ts'

/** Groups of a section that are sent: more than a reader looks through. */
const MAX_SENT_GROUPS = 1000

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

async function buildSide(
  name: string,
  side: CompareSide,
  { filter }: CompareQuestion,
  scene: CompareScene,
  signal: AbortSignal,
): Promise<BuiltSide> {
  const { store, covered, headers } =
    side.of === 'held'
      ? { store: scene.store, covered: null, headers: [] }
      : await readSource(side.source, scene.budget, signal)
  const { range } = side
  const tally = await runInSlices(tallyOf({ store, filter, range, covered, now: scene.now, name }), {
    signal,
  })
  const { oldest, evicted, refused } = store.holdings()
  // What was evicted is older than all that is held.
  const isCut = range === null || covered !== null || (oldest !== null && range.from < oldest)
  return {
    tally,
    losses: {
      gaps: gapsIn(store, tally.range) + recordedGaps(headers).length,
      evicted: isCut ? evicted : 0,
      refused: side.of === 'held' ? 0 : refused,
      incomplete: whyIncomplete(headers),
    },
  }
}

/** The sizes of the sections, and the comparison with the first groups of each. */
function cut(comparison: Comparison): {
  readonly sizes: Record<Section, number>
  readonly comparison: Comparison
} {
  const sizes = Object.fromEntries(SECTIONS.map((section) => [section, 0])) as Record<Section, number>
  const groups = comparison.groups.filter(({ section }) => ++sizes[section] <= MAX_SENT_GROUPS)
  return { sizes, comparison: { ...comparison, groups } }
}

const running = new WeakMap<object, AbortController>()

/**
 * As {@link answerComparison}, of which a session's newest one ends the one before. Null for one that was ended: it is not
 * answered.
 */
export async function answerNewest(
  session: object,
  question: CompareQuestion,
  scene: CompareScene,
): Promise<CompareAnswer | null> {
  running.get(session)?.abort()
  const abort = new AbortController()
  running.set(session, abort)
  const { signal } = abort
  try {
    return await answerComparison(question, scene, signal)
  } catch (error) {
    if (signal.aborted) return null
    throw error
  }
}

/** Throws a TroubleError where there is nothing to compare, and the signal's reason when it is aborted. */
export async function answerComparison(
  question: CompareQuestion,
  scene: CompareScene,
  signal: AbortSignal,
): Promise<CompareAnswer> {
  const a = await buildSide('A', question.a, question, scene, signal)
  const b = await buildSide('B', question.b, question, scene, signal)
  const whole = await runInSlices(comparisonSteps(a.tally, b.tally), { signal })
  return {
    ok: true,
    ...cut(whole),
    headline: headlineOf(whole, question.where),
    footing: footingOf(whole),
    losses: { a: a.losses, b: b.losses },
  }
}
