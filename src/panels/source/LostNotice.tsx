import { formatClock, formatPlural } from '../../lib/format.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import type { LostSource } from '../../state/client/source-state.ts'
import { askForLogin } from '../../state/session/login-state.ts'
import { Button } from '../../ui/Button.tsx'
import { Notice } from '../../ui/Notice.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { ConnectionPanel, Countdown } from './ConnectionPanel.tsx'
import { TryNow } from './TryNow.tsx'
import { useConnectionLoss } from './use-connection-loss.ts'

/**
 * One line that a live source is not connected, while the table shows what was received. What to do unfolds over the
 * table, so that nothing shifts.
 */
export function LostNotice({ source }: { source: LostSource }) {
  const { loss, since } = useConnectionLoss(source)
  const { records, newest } = useSnapshot(({ status }) => status.holdings)
  return (
    <Notice
      tone={source.trouble.retry ? 'warning' : 'error'}
      title={`${loss.headline}.`}
      actions={
        <>
          {loss.kind === 'login' ? <Button onClick={() => askForLogin('asked')}>Log in…</Button> : null}
          <PopoverPanel title="What to do" align="end" trigger={<Button>What to do</Button>}>
            <div className="w-176 max-w-full p-4">
              <ConnectionPanel loss={loss} since={since} />
            </div>
          </PopoverPanel>
          <TryNow />
        </>
      }
    >
      {/* On a phone, which has room for the cause and the buttons, the footer says what is held. */}
      <span className="max-sm:sr-only">
        Still here: {formatPlural(records, 'record')}
        {newest === null ? '' : ` up to ${formatClock(newest)}`}
        {loss.retryAt === null ? '.' : ' · '}
        <Countdown until={loss.retryAt} />
      </span>
    </Notice>
  )
}
