import { commands } from '../commands/commands.ts'
import type { FilterAction } from './filter-actions.ts'
import { useView } from './navigation.ts'

/** Does what was chosen in the menu of a value, whichever panel shows the value. `copy` says whether it could. */
export function useFilterAction(copy: (text: string) => Promise<boolean>): (action: FilterAction) => void {
  const [, navigate] = useView()
  return ({ does }) => {
    if (does.kind === 'change') navigate(does.change)
    else
      void copy(does.text).then((done) =>
        commands.say(done ? `Copied ${does.text}.` : 'The browser did not let us copy.'),
      )
  }
}
