import { type RefObject, useState } from 'react'

import { useCommand } from '../../state/commands.ts'
import { useView } from '../../state/navigation.ts'
import { Panel } from '../../ui/Panel.tsx'
import { ScopeForm } from './ScopeForm.tsx'

/** The panel in which the scope is set; a command opens it. */
export function ScopePanel({ anchor }: { anchor: RefObject<HTMLElement | null> }) {
  const [{ filter, scope }, navigate] = useView()
  const [open, setOpen] = useState(false)
  useCommand('scope.edit', () => setOpen(true))
  return (
    <Panel title="Stream only what matches" anchor={anchor} open={open} onOpenChange={setOpen}>
      <ScopeForm
        scope={scope}
        filter={filter}
        onApply={(next) => {
          setOpen(false)
          navigate({ scope: next })
        }}
      />
    </Panel>
  )
}
