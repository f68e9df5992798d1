import { commands } from '../state/commands/commands.ts'
import { capsOf, isMac } from '../state/commands/key-chords.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Keys } from '../ui/Keys.tsx'

const CAPS = capsOf('Mod+k', isMac(navigator.platform))

/** The mouse's way to the palette and to the help. */
export function CommandButtons() {
  return (
    <>
      <Button
        aria-label="Search commands"
        className="max-sm:w-7 max-sm:px-0"
        onClick={() => commands.run('palette.open')}
      >
        <span className="hidden xl:inline">Search commands</span>
        <span className="max-sm:hidden">
          <Keys caps={CAPS} />
        </span>
        <Icon name="menu" className="size-4 sm:hidden" />
      </Button>
      <Button
        aria-label="Show the keys"
        title="Show the keys"
        className="w-7 px-0 max-sm:hidden"
        onClick={() => commands.run('help.open')}
      >
        <Icon name="question" />
      </Button>
    </>
  )
}
