/**
 * A scan that goes on tries other ports in B than in A. Its ports are one group then, which is neither gone nor new, where
 * both sides show the scan (`flows/scan-rule.ts`).
 */
import { burstOf, isInBurst, type Burst, type Target } from '../flows/scan-rule.ts'
import { type Outcome, recordsIn } from './outcomes.ts'
import type { Piece } from './pieces.ts'

/** An outcome as a port that may be one of a scan. */
function targetOf(outcome: Outcome): Target {
  const { counted } = outcome
  return {
    records: recordsIn(outcome),
    firstSeen: Math.min(...counted.map(({ first }) => first)),
    lastSeen: Math.max(...counted.map(({ last }) => last)),
  }
}

/** The burst among the ports of a side of some pieces. */
export function burstAmong(outcomes: readonly (Outcome | null)[]): Burst | null {
  return burstOf(outcomes.flatMap((outcome) => (outcome === null ? [] : [targetOf(outcome)])))
}

function isOneOf(outcome: Outcome | null, burst: Burst): boolean {
  return outcome !== null && isInBurst(targetOf(outcome), burst)
}

const isOneSided = ({ a, b }: Piece): boolean => a === null || b === null

/**
 * Which of the pieces of one pair and one denial are ports of a scan that both sides show, though one side alone has the
 * port.
 */
export function portsOfLastingScan(pieces: readonly Piece[]): ReadonlySet<Piece> {
  const inA = burstAmong(pieces.map(({ a }) => a))
  const inB = inA === null ? null : burstAmong(pieces.map(({ b }) => b))
  if (inA === null || inB === null) return new Set()
  return new Set(
    pieces.filter((piece) => isOneSided(piece) && (isOneOf(piece.a, inA) || isOneOf(piece.b, inB))),
  )
}
