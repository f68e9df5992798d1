import { moved, swapped, type CompareChoice, type SideName } from '../../state/compare/compare-choice.ts'
import { useCommand } from '../../state/commands/commands.ts'
import { focusNeighbourRow } from './compared-rows.ts'

/** The keys of the screen: rows, and both windows. */
export function useCompareKeys({
  choice,
  choose,
  onOpen,
}: {
  choice: CompareChoice | null
  choose: (choice: CompareChoice) => void
  onOpen: (side: SideName) => void
}): void {
  const hasWindows = choice !== null && choice.kind !== 'captures'
  const change = (next: (choice: CompareChoice) => CompareChoice) => () => {
    if (choice !== null) choose(next(choice))
  }
  useCommand('row.next', () => focusNeighbourRow(1))
  useCommand('row.previous', () => focusNeighbourRow(-1))
  useCommand('compare.a', () => onOpen('a'), hasWindows)
  useCommand('compare.b', () => onOpen('b'), hasWindows)
  useCommand(
    'compare.earlier',
    change((each) => moved(each, -1)),
    hasWindows,
  )
  useCommand(
    'compare.later',
    change((each) => moved(each, 1)),
    hasWindows,
  )
  useCommand('compare.swap', change(swapped), choice !== null)
}
