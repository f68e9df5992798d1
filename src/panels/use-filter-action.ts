import { commands } from '../state/commands.ts'
import type { FilterAction } from '../state/filter-actions.ts'
import { useView } from '../state/navigation.ts'
import { copyText } from '../ui/copy-text.ts'

/** Does what was chosen in the menu of a value, whichever panel shows the value. */
export function useFilterAction(): (action: FilterAction) => void {
  const [, navigate] = useView()
  return ({ does }) => {
    if (does.kind === 'change') navigate(does.change)
    else
      void copyText(does.text).then((done) =>
        commands.say(done ? `Copied ${does.text}.` : 'The browser did not let us copy.'),
      )
  }
}
