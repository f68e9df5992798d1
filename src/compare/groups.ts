/** Pieces that changed alike, added up to a group of the comparison. */
import { addRecorded } from '../flows/counters.ts'
import { isTooShortToTell, type Rhythm } from './active-slots.ts'
import {
  type ComparedGroup,
  type Comparison,
  type Ends,
  type GroupPort,
  type GroupSide,
  perHour,
  type Section,
} from './comparison.ts'
import { differsBeyondNoise } from './noise.ts'
import { type Outcome, recordsIn } from './outcomes.ts'
import { burstAmong } from './piece-scans.ts'
import type { Piece } from './pieces.ts'
import type { Conversation, Way } from './side-tally.ts'

/** A section, or `steady`: then the volume decides. */
export type GroupKind = Exclude<Section, 'more-or-less'> | 'steady'

export interface GroupDraft {
  readonly name: string
  readonly kind: GroupKind
  readonly ends: Ends
  readonly pieces: Piece[]
}

type Lengths = Pick<Comparison, 'unit' | 'a' | 'b'>

/** A group, or null where nothing changed, with its counts. */
export interface BuiltGroup {
  readonly group: ComparedGroup | null
  readonly a: number
  readonly b: number
  /** The rates of both sides, for the order. */
  readonly rank: number
}

function connectionsOf(ways: readonly Way[]): number | null {
  return ways.some(({ uncounted }) => uncounted > 0)
    ? null
    : ways.reduce((sum, { connections }) => sum + connections, 0)
}

function countOf(outcome: Outcome | null, { unit }: Lengths): number {
  if (outcome === null) return 0
  return unit === 'records' ? recordsIn(outcome) : (connectionsOf(outcome.counted) ?? 0)
}

/** A key of each way of being decided, in an order that does not depend on that of the records. */
function decisionsOf(outcomes: readonly Outcome[]): GroupSide['decisions'] {
  const byName = new Map<string, Way>()
  for (const { ways } of outcomes)
    for (const way of ways) {
      const name = `${way.key.reporter} ${way.decision}`
      if (!byName.has(name)) byName.set(name, way)
    }
  return [...byName].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, { key }]) => key)
}

function sideOf(outcomes: readonly Outcome[]): GroupSide | null {
  const [first] = outcomes
  if (first === undefined) return null
  let connections: number | null = 0
  for (const { counted } of outcomes) {
    const own = connectionsOf(counted)
    connections = own === null || connections === null ? null : addRecorded(connections, own)
  }
  return {
    verdict: first.verdict,
    reporter: first.reporter,
    decisions: decisionsOf(outcomes),
    records: outcomes.reduce((sum, outcome) => sum + recordsIn(outcome), 0),
    connections,
  }
}

function portsOf(pieces: readonly Piece[], lengths: Lengths): readonly GroupPort[] {
  return pieces
    .map(({ a, b }) => {
      const { proto, destPort: port } = (a ?? b)!.ways[0]!.key
      return { proto, port, a: countOf(a, lengths), b: countOf(b, lengths) }
    })
    .toSorted(
      (x, y) => y.a + y.b - x.a - x.b || (x.proto < y.proto ? -1 : x.proto > y.proto ? 1 : x.port - y.port),
    )
}

function rhythmOf(conversations: readonly (Conversation | undefined)[]): Rhythm | null {
  const slots = conversations.flatMap((conversation) => conversation?.slots ?? [])
  const all = slots[0]?.emptyLike()
  for (const each of slots) all?.addAll(each)
  return all?.rhythm() ?? null
}

/** The rhythm of a group that one side alone has, and whether the other is too short for it. */
function comingAndGoing(
  { kind, pieces }: GroupDraft,
  { a, b }: Lengths,
): Pick<ComparedGroup, 'rhythm' | 'mayBeTooShort'> {
  if (kind === 'steady' || kind === 'flipped') return { rhythm: null, mayBeTooShort: false }
  const isGone = pieces[0]!.a !== null
  const [own, other] = isGone ? [a, b] : [b, a]
  const rhythm = rhythmOf(
    pieces.map(({ conversationA, conversationB }) => (isGone ? conversationA : conversationB)),
  )
  return { rhythm, mayBeTooShort: rhythm !== null && isTooShortToTell(rhythm, own.range, other.seconds) }
}

/** `mayBeScans`: whether many ports of a pair are taken for a scan. */
export function buildGroup(draft: GroupDraft, lengths: Lengths, mayBeScans: boolean): BuiltGroup {
  const { kind, ends, pieces } = draft
  const outcomesOf = (side: 'a' | 'b'): readonly Outcome[] => pieces.flatMap((piece) => piece[side] ?? [])
  const [inA, inB] = [outcomesOf('a'), outcomesOf('b')]
  const ports = portsOf(pieces, lengths)
  const a = ports.reduce((sum, port) => sum + port.a, 0)
  const b = ports.reduce((sum, port) => sum + port.b, 0)
  const rank = Math.max(perHour(a, lengths.a.seconds), perHour(b, lengths.b.seconds))
  const isChanged =
    kind !== 'steady' ||
    differsBeyondNoise({ count: a, seconds: lengths.a.seconds }, { count: b, seconds: lengths.b.seconds })
  if (!isChanged) return { group: null, a, b, rank }
  const besides = pieces.flatMap(({ beside }) => beside ?? [])
  const group: ComparedGroup = {
    section: kind === 'steady' ? 'more-or-less' : kind,
    ends,
    ports,
    a: sideOf(inA),
    b: sideOf(inB),
    beside: sideOf(besides),
    isScan: mayBeScans && (burstAmong(inA) !== null || burstAmong(inB) !== null),
    ...comingAndGoing(draft, lengths),
  }
  return { group, a, b, rank }
}
