import { useState } from 'react'

import type { LostSource } from '../../state/client/source-state.ts'
import { useNow } from '../../state/use-now.ts'
import { type ConnectionLoss, describeConnectionLoss } from './connection-loss.ts'

/** Why the source is not connected, and since when, in Unix seconds: since the page noticed where nobody says. */
export function useConnectionLoss(source: LostSource): {
  readonly loss: ConnectionLoss
  readonly since: number
} {
  const now = useNow()
  const [noticedAt] = useState(now)
  const loss = describeConnectionLoss(source, now, navigator.onLine)
  return { loss, since: loss.since === null ? noticedAt : loss.since / 1000 }
}
