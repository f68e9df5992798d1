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
        className="max-lg:w-8 max-lg:px-0 xl:min-w-36 2xl:min-w-52 phone:size-9"
        onClick={() => commands.request('palette.open')}
      >
        <Icon name="search" className="size-3.5 text-muted phone:hidden" />
        <span className="hidden flex-1 text-left text-muted xl:inline">
          Search<span className="max-2xl:hidden"> or command</span>
        </span>
        <span className="max-lg:hidden">
          <KeyCaps caps={PALETTE_CAPS} />
        </span>
        <Icon name="menu" className="size-4 sm:hidden" />
      </Button>
      <Button
        aria-label="Show the keys"
        title="Show the keys"
        className="w-7 px-0 max-lg:hidden"
        onClick={() => commands.request('help.open')}
      >
        <Icon name="question" />
      </Button>
    </>
  )
}
