import { useSnapshot } from '../../state/client/flowtrace.ts'
import { isLost, type LostSource } from '../../state/client/source-state.ts'
import { ConnectionPanel } from './ConnectionPanel.tsx'
import { useConnectionLoss } from './use-connection-loss.ts'

/** The screen of a live source that is not connected and of which nothing is held. */
export function UnreachableScreen() {
  const source = useSnapshot(({ status }) => status.source)
  return isLost(source) ? <Reason source={source} /> : null
}

function Reason({ source }: { source: LostSource }) {
  const { loss, since } = useConnectionLoss(source)
  return (
    <section
      aria-label="Not connected"
      className="min-h-0 flex-1 overflow-y-auto bg-surface px-4 py-6 sm:px-6 sm:py-10"
    >
      <div className="mx-auto max-w-2xl">
        <p role="alert" className="sr-only">
          {loss.headline}. {loss.trouble.say}
        </p>
        <ConnectionPanel loss={loss} since={since} />
      </div>
    </section>
  )
}
