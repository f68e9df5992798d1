import { useState } from 'react'

import { useCommand } from '../state/commands/commands.ts'
import { CommandPalette } from './CommandPalette.tsx'
import { HelpDialog } from './HelpDialog.tsx'
import { useAppCommands } from './use-app-commands.ts'

/** The commands of the page, their palette and their help. The keys are listened to before this is loaded. */
export function Keyboard() {
  const [shown, setShown] = useState<'palette' | 'help' | null>(null)
  useAppCommands()
  useCommand('palette.open', () => setShown(shown === 'palette' ? null : 'palette'))
  useCommand('help.open', () => setShown('help'))
  const close = () => setShown(null)
  return (
    <>
      <CommandPalette open={shown === 'palette'} onClose={close} />
      <HelpDialog open={shown === 'help'} onClose={close} />
    </>
  )
}
