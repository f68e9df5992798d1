import { ALL } from '../../../filter/tree/expression.ts'
import { print } from '../../../filter/language/print.ts'
import { formatPlural } from '../../../lib/format.ts'
import { commands } from '../../../state/commands/commands.ts'
import { useScope, useSnapshot } from '../../../state/client/flowtrace.ts'
import { navigate } from '../../../state/view/navigation.ts'
import { Button } from '../../../ui/Button.tsx'

/** Says, below an empty table, that the scope limits what is received, and offers to change it. Nothing without a scope. */
export function ScopeNote() {
  const scope = useScope()
  const leftOut = useSnapshot(({ status }) => status.outOfScope)
  if (scope === null) return null
  return (
    <div
      role="note"
      aria-label="Scope"
      className="flex w-full flex-wrap items-center gap-2 rounded-[7px] border border-staged bg-staged-soft px-3 py-2"
    >
      <p className="min-w-0 basis-full break-words">
        Only <code className="text-xs">{print(scope)}</code> is received
        {leftOut === 0 ? '' : `; ${formatPlural(leftOut, 'record')} came and did not match it`}. What you look
        for may be outside of it.
      </p>
      <Button onClick={() => commands.request('scope.edit')}>Change the scope</Button>
      <Button onClick={() => navigate({ scope: ALL })}>Stream everything</Button>
    </div>
  )
}
