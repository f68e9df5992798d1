import { useId, useState } from 'react'

import { formatBytes, formatCount, formatPlural } from '../../lib/format.ts'
import { useCommand } from '../../state/commands/commands.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { BUDGETS, setBudget, useBudget } from '../../state/remembered/memory-budget.ts'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'

/** The memory that the records take, of their budget, and a panel to change the budget. */
export function MemoryPanel() {
  const [open, setOpen] = useState(false)
  const { bytes, evicted } = useSnapshot(({ status }) => status.holdings)
  const evictedByGateway = useSnapshot(({ status }) => status.live?.evictedByGateway ?? 0)
  const budget = useBudget()
  const name = useId()
  useCommand('memory.edit', () => setOpen(true))
  return (
    <PopoverPanel
      title="Memory for flows"
      align="end"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button type="button" className="h-6 rounded-sm whitespace-nowrap hover:text-ink hover:underline">
          {/* As wide as the longest figure, so that what stands beside it keeps its place. */}
          <span className="inline-block min-w-[7ch] text-right tabular-nums">{formatBytes(bytes)}</span>
          {/* A phone has room for what is held and what is missing of it. */}
          <span className="max-sm:hidden"> of {formatBytes(budget)}</span>
        </button>
      }
    >
      <div className="w-72 max-w-full p-3 text-xs">
        <h2 className="mb-1 text-sm font-semibold">Memory for flows</h2>
        <p className="mb-2 text-muted">
          When it is full, the oldest flows leave: {evicted === 0 ? 'none' : formatCount(evicted)} so far. A
          change counts at once, in all tabs of this browser.
        </p>
        {evictedByGateway === 0 ? null : (
          <p className="mb-2 text-muted">
            The gateway is short of memory, too: it has dropped {formatPlural(evictedByGateway, 'record')}{' '}
            before they were an hour old. A page that opens gets the oldest part of the hour from Goldmane
            instead.
          </p>
        )}
        <fieldset>
          <legend className="sr-only">At most</legend>
          {BUDGETS.map((each) => (
            <label key={each} className="flex h-7 items-center gap-2 rounded-md px-1 hover:bg-sunken">
              <input
                type="radio"
                name={name}
                checked={each === budget}
                onChange={() => setBudget(each)}
                className="accent-accent"
              />
              {formatBytes(each)}
            </label>
          ))}
        </fieldset>
      </div>
    </PopoverPanel>
  )
}
