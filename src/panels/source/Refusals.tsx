import { formatCount, formatPlural } from '../../lib/format.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { RefusalList } from '../../ui/RefusalList.tsx'

/** The number of records that could not be read, and a panel with their places and reasons. */
export function Refusals() {
  const refused = useSnapshot(({ status }) => status.holdings.refused)
  const refusals = useSnapshot(({ status }) => status.refusals)
  if (refused === 0) return null
  return (
    <PopoverPanel
      title="What could not be read"
      align="end"
      trigger={
        <button type="button" className="h-6 rounded-sm font-medium text-deny underline underline-offset-2">
          {formatCount(refused)} refused
        </button>
      }
    >
      <div className="flex w-[34rem] max-w-full flex-col gap-2 p-3 text-xs">
        <h2 className="text-sm font-semibold">
          {formatPlural(refused, 'record')} could not be read; every other one was kept
        </h2>
        <RefusalList pieces={refusals} count={refused} className="max-h-[40dvh]" />
      </div>
    </PopoverPanel>
  )
}
