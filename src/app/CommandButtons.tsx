import { commands } from '../state/commands/commands.ts'
import { capsOf, isMac } from '../state/commands/key-chords.ts'
import { Button } from '../ui/Button.tsx'
import { Icon } from '../ui/Icon.tsx'
import { KeyCaps } from '../ui/KeyCaps.tsx'

const PALETTE_CAPS = capsOf('Mod+k', isMac(navigator.platform))

/** Opens the command palette and the help by mouse. */
export function CommandButtons() {
  return (
    <>
      <Button
        aria-label="Search or command"
        className="max-sm:w-7 max-sm:px-0"
        onClick={() => commands.run('palette.open')}
      >
        <span className="hidden xl:inline">Search or command</span>
        <span className="max-sm:hidden">
          <KeyCaps caps={PALETTE_CAPS} />
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
