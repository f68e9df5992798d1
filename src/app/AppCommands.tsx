import { useCallback, useState } from 'react'

import type { CaptureOpening } from '../state/captures/capture-opening.ts'
import { useLearnedFacts } from '../state/captures/use-recent-captures.ts'
import { useFlowtrace } from '../state/client/flowtrace.ts'
import { useCommand } from '../state/commands/commands.ts'
import { useServedPolicies } from '../state/goldmane/use-cluster-policies.ts'
import { useRecordCommands } from '../state/recording/use-record-commands.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import { CommandPalette } from './CommandPalette.tsx'
import { HelpDialog } from './HelpDialog.tsx'
import { ModalDialog } from './ModalDialog.tsx'
import { useAppCommands } from './use-app-commands.ts'
import { useFocusAcrossLayouts } from './use-focus-across-layouts.ts'
import { useFocusAfterScreen } from './use-focus-after-screen.ts'

const ExportPanel = lazyPart(async () => (await import('../panels/export/ExportPanel.tsx')).ExportPanel)
const HistoryPanel = lazyPart(async () => (await import('../panels/timeline/HistoryPanel.tsx')).HistoryPanel)
const PoliciesPanel = lazyPart(
  async () => (await import('../panels/policies/PoliciesPanel.tsx')).PoliciesPanel,
)
const RecordingPanel = lazyPart(
  async () => (await import('../panels/captures/RecordingPanel.tsx')).RecordingPanel,
)

type Shown = 'palette' | 'help' | 'export' | 'recordings' | 'policies' | 'history'

/**
 * Registers the commands of the page, and shows their palette, help, export, recordings, policies and history. A lazy chunk: `EarlyKeyQueue` keeps the key
 * presses until it is loaded.
 */
export function AppCommands({ opening }: { opening: CaptureOpening }) {
  const [shown, setShown] = useState<Shown | null>(null)
  const hasHistory = useFlowtrace().source.history !== undefined
  useAppCommands()
  useFocusAcrossLayouts()
  useFocusAfterScreen()
  useLearnedFacts()
  useRecordCommands()
  useServedPolicies()
  useCommand('palette.open', () => setShown(shown === 'palette' ? null : 'palette'))
  useCommand('help.open', () => setShown('help'))
  useCommand('export.open', () => setShown('export'))
  useCommand('recordings.open', () => setShown('recordings'))
  useCommand('policies.open', () => setShown('policies'))
  useCommand('history.open', () => setShown('history'), hasHistory)
  const close = useCallback(() => setShown(null), [])
  return (
    <>
      <CommandPalette open={shown === 'palette'} onClose={close} opening={opening} />
      <HelpDialog open={shown === 'help'} onClose={close} />
      <ModalDialog title="Export" place="side" open={shown === 'export'} onClose={close}>
        <ExportPanel onClose={close} />
      </ModalDialog>
      <ModalDialog title="Recordings" wide open={shown === 'recordings'} onClose={close}>
        <RecordingPanel onClose={close} />
      </ModalDialog>
      <ModalDialog title="Policies" place="side" open={shown === 'policies'} onClose={close}>
        <PoliciesPanel onClose={close} />
      </ModalDialog>
      <ModalDialog title="History" place="side" open={shown === 'history'} onClose={close}>
        <HistoryPanel onClose={close} />
      </ModalDialog>
    </>
  )
}
