import { useCallback, useState } from 'react'

import { useCommand } from '../state/commands/commands.ts'
import { CommandPalette } from './CommandPalette.tsx'
import { HelpDialog } from './HelpDialog.tsx'
import { useAppCommands } from './use-app-commands.ts'

/**
 * Registers the commands of the page, and shows their palette and their help. A lazy chunk: `EarlyKeyQueue` keeps the key
 * presses until it is loaded.
 */
export function AppCommands() {
  const [shown, setShown] = useState<'palette' | 'help' | null>(null)
  useAppCommands()
  useCommand('palette.open', () => setShown(shown === 'palette' ? null : 'palette'))
  useCommand('help.open', () => setShown('help'))
  const close = useCallback(() => setShown(null), [])
  return (
    <>
      <CommandPalette open={shown === 'palette'} onClose={close} />
      <HelpDialog open={shown === 'help'} onClose={close} />
    </>
  )
}
