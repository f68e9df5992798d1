import { visibleText } from '../../lib/visible-text.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'

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
      <div className="w-[34rem] max-w-full p-3 text-xs">
        <h2 className="mb-2 text-sm font-semibold">
          {formatPlural(refused, 'record')} could not be read; every other one was kept
        </h2>
        <ol className="flex flex-col gap-2">
          {refusals.map((refusal, index) => (
            // The list is only appended to, so an index identifies an entry.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index} className="border-t border-line-soft pt-2">
              <p>
                {refusal.file === undefined ? '' : `${visibleText(refusal.file)}: `}
                {refusal.line === null ? null : (
                  <span className="font-medium">
                    Line {formatCount(refusal.line)}
                    {refusal.column === null ? '' : `, column ${formatCount(refusal.column)}`}:{' '}
                  </span>
                )}
                {visibleText(refusal.reason)}
              </p>
              {refusal.excerpt === '' ? null : (
                <code className="block truncate text-2xs text-muted">{visibleText(refusal.excerpt)}</code>
              )}
            </li>
          ))}
        </ol>
        {refused > refusals.length ? (
          <p className="mt-2 text-muted">and {formatPlural(refused - refusals.length, 'more', 'more')}.</p>
        ) : null}
      </div>
    </PopoverPanel>
  )
}
