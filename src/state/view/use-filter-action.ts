import { commands } from '../commands/commands.ts'
import type { FilterAction } from './filter-actions.ts'
import { navigate } from './navigation.ts'

/**
 * A function that carries out an action from the menu of a value, whichever panel shows the value. `copy` resolves to
 * whether the clipboard took the text.
 */
export function useFilterAction(copy: (text: string) => Promise<boolean>): (action: FilterAction) => void {
  return ({ does }) => {
    if (does.kind === 'change') navigate(does.change)
    else
      void copy(does.text).then((done) =>
        commands.say(done ? `Copied ${does.text}.` : 'The browser did not let us copy.'),
      )
  }
}
