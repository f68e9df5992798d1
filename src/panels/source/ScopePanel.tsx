import type { RefObject } from 'react'

import { useView } from '../../state/view/navigation.ts'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { ScopeForm } from './ScopeForm.tsx'

/** The panel to set the scope, below the chip that shows it. */
export function ScopePanel({
  anchor,
  open,
  onOpenChange,
}: {
  anchor: RefObject<HTMLElement | null>
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const [{ filter, scope }, navigate] = useView()
  return (
    <PopoverPanel title="Stream only what matches" anchor={anchor} open={open} onOpenChange={onOpenChange}>
      <ScopeForm
        scope={scope}
        filter={filter}
        onApply={(next) => {
          onOpenChange(false)
          navigate({ scope: next })
        }}
      />
    </PopoverPanel>
  )
}
