import { formatClock, formatPlural } from '../../lib/format.ts'
import { useSnapshot } from '../../state/client/flowtrace.ts'
import type { LostSource } from '../../state/client/source-state.ts'
import { askForLogin } from '../../state/session/login-state.ts'
import { Button } from '../../ui/Button.tsx'
import { NoticeText } from '../../ui/Notice.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { ConnectionPanel, Countdown } from './ConnectionPanel.tsx'
import { useConnectionLoss } from './use-connection-loss.ts'

/**
 * Between the mark of the notice and its *Try now*: one line that a live source is not connected, while the table shows
 * what was received. What to do unfolds over the table, so that nothing shifts.
 */
export function LostWords({ source }: { source: LostSource }) {
  const { loss, since } = useConnectionLoss(source)
  const { records, newest } = useSnapshot(({ status }) => status.holdings)
  return (
    <>
      <NoticeText title={`${loss.headline}.`}>
        {/* On a phone, which has room for the cause and the buttons, the footer says what is held. */}
        <span className="max-sm:sr-only">
          Still here: {formatPlural(records, 'record')}
          {newest === null ? '' : ` up to ${formatClock(newest)}`}
          {loss.retryAt === null ? '.' : ' · '}
          <Countdown until={loss.retryAt} />
        </span>
      </NoticeText>
      {loss.kind === 'login' ? <Button onClick={() => askForLogin('asked')}>Log in…</Button> : null}
      <PopoverPanel title="What to do" align="end" trigger={<Button>What to do</Button>}>
        <div className="w-176 max-w-full p-4">
          <ConnectionPanel loss={loss} since={since} />
        </div>
      </PopoverPanel>
    </>
  )
}
