import { useState } from 'react'

import { useCommand } from '../state/commands.ts'
import { CommandPalette } from './CommandPalette.tsx'
import { HelpDialog } from './HelpDialog.tsx'
import { useAppCommands } from './use-app-commands.ts'
import { useShortcuts } from './use-shortcuts.ts'

/** The commands at hand: their keys, their palette and their help. */
export function Keyboard() {
  const [shown, setShown] = useState<'palette' | 'help' | null>(null)
  useShortcuts()
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
