/** Compares two sides: conversations that changed alike become a group, and each group is in one section or as before. */
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import { unreachable } from '../lib/assert.ts'
import { runAtOnce } from '../lib/time-slices.ts'
import { workloadOf } from '../flows/spelling.ts'
import { portsOfLastingScan } from './piece-scans.ts'
import {
  type ComparedGroup,
  type Comparison,
  type Ends,
  isNewlyDenied,
  SECTIONS,
  type SideSummary,
} from './comparison.ts'
import { buildGroup, type GroupDraft, type GroupKind } from './groups.ts'
import { decisionsIn, isDecidedAnew, type Outcome, recordsWithoutVerdict } from './outcomes.ts'
import { type Piece, piecesOf } from './pieces.ts'
import { secondsMissing } from './side-gaps.ts'
import type { Conversation, SideTally } from './side-tally.ts'

/** So many conversations are looked at between two chances to stop. */
const STEP = 500

function summaryOf({ range, gaps, records, sums }: SideTally): SideSummary {
  const length = range.to - range.from
  // A side that is one gap has records nevertheless: they are of some time, and not of none.
  const seconds = Math.max(Math.min(length, BUCKET_SECONDS), length - secondsMissing(gaps))
  return { range, seconds, gaps, records, sums }
}

function endsOf({ a, b }: Piece): Ends {
  const { key } = (a ?? b)!.ways[0]!
  return {
    sourceNamespace: key.sourceNamespace,
    sourceName: workloadOf(key.sourceName),
    destNamespace: key.destNamespace,
    destName: workloadOf(key.destName),
  }
}

function kindOf({ a, b, beside }: Piece): GroupKind {
  if (a !== null && b !== null) return a.name !== b.name || isDecidedAnew(a, b) ? 'flipped' : 'steady'
  if (beside !== null) return 'flipped'
  const { verdict } = (a ?? b)!
  switch (verdict) {
    case 'Allow':
      return a === null ? 'new-talkers' : 'gone-quiet'
    case 'Deny':
      return a === null ? 'new-denials' : 'denials-gone'
    default:
      return unreachable(verdict, 'verdict')
  }
}

const named = (outcome: Outcome | null): string =>
  outcome === null ? '' : `${outcome.name} ${decisionsIn(outcome)}`

/** Groups of pieces that changed alike, by the text of it. */
class Drafts {
  readonly #drafts = new Map<string, GroupDraft>()

  add(kind: GroupKind, ends: Ends, piece: Piece, [a, b] = [named(piece.a), named(piece.b)]): void {
    const name = JSON.stringify([ends, kind, a, b, piece.beside?.name])
    const draft = this.#drafts.get(name)
    if (draft === undefined) this.#drafts.set(name, { name, kind, ends, pieces: [piece] })
    else draft.pieces.push(piece)
  }

  all(): readonly GroupDraft[] {
    return [...this.#drafts.values()]
  }
}

const NO_PIECES: ReadonlySet<Piece> = new Set()

/** Of sums nothing is said: what was tried within minutes is not in them. */
function canTellScans(a: SideTally, b: SideTally): boolean {
  return a.sums === null && b.sums === null
}

/** Denials of one pair that may be one scan, by that pair and what denied it. */
function scanName(ends: Ends, { a, b }: Piece): string | null {
  if ((a !== null && a.verdict !== 'Deny') || (b !== null && b.verdict !== 'Deny')) return null
  return JSON.stringify([ends, named(a ?? b)])
}

function* draftsOf(a: SideTally, b: SideTally): Generator<undefined, readonly GroupDraft[]> {
  const drafts = new Drafts()
  const denials = new Map<string, { readonly ends: Ends; readonly pieces: Piece[] }>()
  const place = (piece: Piece): void => {
    const ends = endsOf(piece)
    const scan = piece.beside === null ? scanName(ends, piece) : null
    if (scan === null) return drafts.add(kindOf(piece), ends, piece)
    const held = denials.get(scan)
    if (held === undefined) denials.set(scan, { ends, pieces: [piece] })
    else held.pieces.push(piece)
  }
  let count = 0
  for (const [name, inA] of a.conversations) {
    for (const piece of piecesOf(inA, b.conversations.get(name))) place(piece)
    if (++count % STEP === 0) yield
  }
  for (const [name, inB] of b.conversations) {
    if (!a.conversations.has(name)) for (const piece of piecesOf(undefined, inB)) place(piece)
    if (++count % STEP === 0) yield
  }
  const mayBeScans = canTellScans(a, b)
  for (const { ends, pieces } of denials.values()) {
    const lasting = mayBeScans ? portsOfLastingScan(pieces) : NO_PIECES
    for (const piece of pieces) {
      const both = named(piece.a ?? piece.b)
      if (lasting.has(piece)) drafts.add('steady', ends, piece, [both, both])
      else drafts.add(kindOf(piece), ends, piece)
    }
    if (++count % STEP === 0) yield
  }
  return drafts.all()
}

/** Whether every record that is counted has its connections. */
function haveConnections(drafts: readonly GroupDraft[]): boolean {
  return drafts.every(({ pieces }) =>
    pieces.every(({ a, b }) =>
      [a, b].every((outcome) => outcome?.counted.every(({ uncounted }) => uncounted === 0) ?? true),
    ),
  )
}

function withoutVerdict(conversations: ReadonlyMap<string, Conversation>): number {
  let sum = 0
  for (const conversation of conversations.values()) sum += recordsWithoutVerdict(conversation)
  return sum
}

/** Of what flipped, denials come first, then what is allowed now, then what another rule decides. */
function dangerOf(group: ComparedGroup): number {
  if (group.section !== 'flipped') return 0
  return isNewlyDenied(group) ? 0 : group.a?.verdict === group.b?.verdict ? 2 : 1
}

function compareGroups(x: ComparedGroup & { rank: number; name: string }, y: typeof x): number {
  return (
    SECTIONS.indexOf(x.section) - SECTIONS.indexOf(y.section) ||
    dangerOf(x) - dangerOf(y) ||
    y.rank - x.rank ||
    (x.name < y.name ? -1 : 1)
  )
}

/** As {@link compareSides}, in steps, between which it can be stopped. */
export function* comparisonSteps(a: SideTally, b: SideTally): Generator<undefined, Comparison> {
  const drafts = yield* draftsOf(a, b)
  const unit = haveConnections(drafts) ? 'connections' : 'records'
  const lengths = { unit, a: summaryOf(a), b: summaryOf(b) } as const
  const mayBeScans = canTellScans(a, b)
  const asBefore = { groups: 0, a: 0, b: 0 }
  const groups: (ComparedGroup & { rank: number; name: string })[] = []
  let count = 0
  for (const draft of drafts) {
    const { group, a: inA, b: inB, rank } = buildGroup(draft, lengths, mayBeScans)
    if (group === null) {
      asBefore.groups++
      asBefore.a += inA
      asBefore.b += inB
    } else groups.push({ ...group, rank, name: draft.name })
    if (++count % STEP === 0) yield
  }
  return {
    ...lengths,
    groups: groups.sort(compareGroups).map(({ rank: _rank, name: _name, ...group }) => group),
    asBefore,
    withoutVerdict: { a: withoutVerdict(a.conversations), b: withoutVerdict(b.conversations) },
  }
}

/** What changed from A to B. */
export function compareSides(a: SideTally, b: SideTally): Comparison {
  return runAtOnce(comparisonSteps(a, b))
}
