/** Answers what changed between two sides. A lazy chunk. Long work is done in slices, because the worker may serve other pages. */
import { comparisonSteps } from '../../compare/compare.ts'
import { type Comparison, type Section, SECTIONS } from '../../compare/comparison.ts'
import { footingOf, headlineOf } from '../../compare/comparison-words.ts'
import type { SideTally } from '../../compare/side-tally.ts'
import { runInSlices } from '../../lib/time-slices.ts'
import { openCapture } from '../../source/capture-file.ts'
import { historyUrl } from '../../source/history-url.ts'
import type { CompareAnswer, CompareQuestion, CompareSide, SideLosses } from '../compare-messages.ts'
import { RecordStore } from '../keys/record-store.ts'
import { gapsIn, refusal, tallyOf } from './compare-sides.ts'

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

/** The source that was read last for a comparison: it is compared again when the filter changes. */
let lastRead: { readonly name: string; readonly store: RecordStore } | null = null

function nameOf(source: Extract<CompareSide, { of: 'source' }>['source']): string {
  if (source.kind === 'url') return source.url
  if (source.kind === 'history') return historyUrl(source, 'records') + (source.viewer ?? '')
  return JSON.stringify(
    [source.file, ...(source.others ?? [])].map(({ name, size, lastModified }) => [name, size, lastModified]),
  )
}

/** Reads a source whole. */
async function readStore(
  source: Extract<CompareSide, { of: 'source' }>['source'],
  budget: number,
  signal: AbortSignal,
): Promise<RecordStore> {
  const name = nameOf(source)
  if (lastRead?.name === name && source.kind === 'file') return lastRead.store
  lastRead = null
  const store = new RecordStore({ budget, live: false })
  const { batches } = await openCapture(source, signal)
  for await (const batch of batches) {
    signal.throwIfAborted()
    for (const flow of batch.flows) store.append(flow)
    store.addRefusals(batch.refusals, batch.unknown, batch.refused)
  }
  if (store.holdings().records === 0)
    throw refusal(
      source.kind === 'file'
        ? `${source.file.name} holds no record that could be read.`
        : 'No record was received.',
    )
  lastRead = { name, store }
  return store
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
  const isHeld = side.of === 'held'
  const store = isHeld ? scene.store : await readStore(side.source, scene.budget, signal)
  const tally = await runInSlices(tallyOf({ store, filter, range: side.range, now: scene.now, name }), {
    signal,
  })
  const { oldest, evicted, refused } = store.holdings()
  // What was evicted is older than all that is held.
  const isCut = side.range === null || (oldest !== null && side.range.from < oldest)
  return {
    tally,
    losses: {
      gaps: gapsIn(store, tally.range),
      evicted: isCut ? evicted : 0,
      refused: isHeld ? 0 : refused,
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
