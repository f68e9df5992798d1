/** The question to the worker that a choice asks. Only this file knows what the sides look like in the message. */
import type { Expression } from '../../filter/tree/expression.ts'
import { type CompareChoice, headlineBeginning, type SideName, windowsOf } from './compare-choice.ts'
import { type ComparedPast, sideOf } from './compared-past.ts'
import type { CompareQuestion, CompareSide } from './use-comparison.ts'

/** Null while the second capture is not chosen. `isPast`: whether a window begins before what is held. */
export function questionOf(
  choice: CompareChoice,
  filter: Expression,
  file: File | null,
  past: ComparedPast | null,
  isPast: Readonly<Record<SideName, boolean>>,
): CompareQuestion | null {
  const where = headlineBeginning(choice)
  const windows = windowsOf(choice)
  if (windows !== null) {
    const side = (name: SideName): CompareSide => sideOf(windows[name], filter, past, isPast[name])
    return { about: 'compare', filter, a: side('a'), b: side('b'), where }
  }
  if (file === null) return null
  const held: CompareSide = { of: 'held', range: null }
  const other: CompareSide = { of: 'source', source: { kind: 'file', file }, range: null }
  const isSwapped = choice.kind === 'captures' && choice.swapped
  return { about: 'compare', filter, a: isSwapped ? other : held, b: isSwapped ? held : other, where }
}
