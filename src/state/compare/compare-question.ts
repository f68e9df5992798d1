/** The question to the worker that a choice asks. Only this file knows what the sides look like in the message. */
import type { CaptureGap } from '../../capture/format/capture-header.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { type CompareChoice, headlineBeginning, type SideName, windowsOf } from './compare-choice.ts'
import { type ComparedPast, sideOf } from './compared-past.ts'
import type { OpenSource } from '../../store/protocol.ts'
import type { Beginnings, CompareQuestion, CompareSide } from './use-comparison.ts'

/** What of the open source is held. */
export interface HeldFacts {
  /** Whether a part of a window is not held, and the history may have it (`isBeyondHeld`). */
  readonly isBeyond: Readonly<Record<SideName, boolean>>
  /** Whether a range of the history is open, and was read to its end. */
  readonly isHistory: boolean
  /** What of the history begins within a window (`beginningsIn`). */
  readonly begins: Readonly<Record<SideName, Beginnings>>
  /** What the headers of an open capture or history say is missing. */
  readonly gaps?: readonly CaptureGap[]
  readonly incomplete?: string | null
  readonly step?: number | null
}

/** Null while the second capture is not chosen. */
export function questionOf(
  choice: CompareChoice,
  filter: Expression,
  other: Pick<Extract<OpenSource, { kind: 'file' }>, 'file' | 'others'> | null,
  past: ComparedPast | null,
  { isBeyond, isHistory, begins, ...losses }: HeldFacts,
): CompareQuestion | null {
  const where = headlineBeginning(choice)
  const windows = windowsOf(choice)
  if (windows !== null) {
    const side = (name: SideName): CompareSide => {
      const asked = sideOf(windows[name], filter, past, isBeyond[name], begins[name])
      if (asked.of !== 'held') return asked
      return { ...asked, ...losses, ...(isHistory ? { begins: begins[name] } : {}) }
    }
    return { about: 'compare', filter, a: side('a'), b: side('b'), where }
  }
  if (other === null) return null
  const { file, others } = other
  const source = { kind: 'file', file, ...(others === undefined ? {} : { others }) } as const
  const held: CompareSide = { of: 'held', range: null, ...losses }
  const second: CompareSide = { of: 'source', source, range: null }
  const isSwapped = choice.kind === 'captures' && choice.swapped
  return { about: 'compare', filter, a: isSwapped ? second : held, b: isSwapped ? held : second, where }
}
