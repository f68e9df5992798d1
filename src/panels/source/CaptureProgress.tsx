import { formatBytes, formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { Button } from '../../ui/Button.tsx'

/** How far a capture was read, and the way to stop there. `total`: bytes; null where they are not known. */
export function CaptureProgress({ read, total }: { read: number; total: number | null }) {
  const { client, source } = useFlowtrace()
  const records = useSnapshot(({ status }) => status.holdings.records)
  return (
    <div className="flex items-center gap-3 border-b border-line bg-surface px-4 py-2">
      <code className="max-w-64 truncate text-xs">{source.name}</code>
      <progress
        aria-label={`Reading ${source.name}`}
        className="h-1.5 flex-1 accent-(--accent)"
        {...(total === null ? {} : { value: read, max: Math.max(total, 1) })}
      />
      <span className="text-muted">
        {formatPlural(records, 'record')} · {formatBytes(read)}
        {total === null ? '' : ` of ${formatBytes(total)}`}
      </span>
      <Button onClick={() => client.stop()}>Stop here</Button>
    </div>
  )
}
