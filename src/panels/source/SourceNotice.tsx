import { unreachable } from '../../lib/assert.ts'
import { formatAge, formatBytes, formatPlural } from '../../lib/format.ts'
import { useNow } from '../../state/use-now.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import type { SourceState } from '../../state/client/holdings.ts'
import { askForLogin } from '../../state/session/login-state.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'

/** A notice that the source is lost or has failed, or how far a file has been read. */
export function SourceNotice() {
  const source = useSnapshot(({ status }) => status.source)
  const { client, source: opened } = useFlowtrace()
  const tryNow = <Button onClick={() => client.retry()}>Try now</Button>
  switch (source.state) {
    case 'silent':
      return (
        <Notice title="No flows are coming in." actions={tryNow}>
          {source.trouble.say} <Kept />
        </Notice>
      )
    case 'reconnecting':
      return (
        <Notice
          tone={source.trouble.retry ? 'warning' : 'error'}
          title="No flows are coming in."
          actions={
            <>
              {source.trouble.kind === 'login' ? (
                <Button onClick={() => askForLogin('asked')}>Log in…</Button>
              ) : null}
              {tryNow}
            </>
          }
        >
          {source.trouble.say} <Kept /> <Detail trouble={source.trouble} />
          <Countdown until={source.retryAt} />
        </Notice>
      )
    case 'failed':
      return (
        <Notice
          tone="error"
          title={
            opened.open.kind === 'live' ? 'No flows are coming in.' : `${opened.name} could not be read.`
          }
          actions={<Button onClick={() => client.retry()}>Try again</Button>}
        >
          {source.trouble.say} <Kept /> <Detail trouble={source.trouble} />
        </Notice>
      )
    case 'loading':
      return <Loading read={source.read} total={source.total} />
    case 'stopped':
      return (
        <Notice title="Reading was stopped.">
          What was read until then is shown; the rest of the file is not.
        </Notice>
      )
    case 'idle':
    case 'connecting':
    case 'reading':
    case 'live':
    case 'loaded':
      return null
    default:
      return unreachable(source, 'source state')
  }
}

/** That nothing is lost of what came before; nothing where nothing came. */
function Kept() {
  const records = useSnapshot(({ status }) => status.holdings.records)
  const { open } = useFlowtrace().source
  if (records === 0) return null
  return open.kind === 'live' ? 'What was received stays here.' : 'What was read stays here.'
}

/** The words and the code of the layer below, folded unless the sentence is "the words below". */
function Detail({
  trouble: { kind, code, detail },
}: Pick<Extract<SourceState, { state: 'failed' }>, 'trouble'>) {
  if (detail === null) return null
  return (
    <details
      className="inline-block align-top text-xs text-muted"
      open={kind === 'bug' || code === 'UNKNOWN'}
    >
      <summary className="cursor-pointer">Details</summary>
      <code>{detail}</code>
    </details>
  )
}

/** Seconds until the next attempt. Hidden from screen readers, which would announce it every second. */
function Countdown({ until }: { until: number }) {
  const now = useNow()
  const left = Math.ceil(until / 1000 - now)
  return (
    <span className="text-muted" aria-hidden="true">
      {' '}
      {left > 0 ? `Next try in ${formatAge(left)}.` : 'Trying…'}
    </span>
  )
}

function Loading({ read, total }: { read: number; total: number | null }) {
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
