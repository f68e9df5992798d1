import { useEffect, useState } from 'react'

import { BackOff } from '../../../lib/back-off.ts'
import { useFlowtrace } from '../../../state/client/flowtrace.ts'
import type { LostSource, SourceState } from '../../../state/client/source-state.ts'

type Trouble = LostSource['trouble']

/** An engine that restarts is back in seconds, and one that stays away is not asked often. */
const BACK_OFF = { minMs: 5000, firstBoundMs: 10_000, maxMs: 60_000 }

/**
 * Asks for a range of the history again by itself when it could not be read and a retry makes sense. Returns why the last
 * attempt failed, also while the next one is under way, so that what stands there stays; null where none failed.
 */
export function useReadAgain(state: SourceState): Trouble | null {
  const { client, source } = useFlowtrace()
  const { open } = source
  const trouble = state.state === 'failed' ? state.trouble : null
  const [last, setLast] = useState<{ readonly open: typeof open; readonly trouble: Trouble } | null>(null)
  if (trouble !== null && last?.trouble !== trouble) setLast({ open, trouble })

  const isSame = last?.open === open && state.state === 'connecting'
  const shown = trouble ?? (isSame ? last.trouble : null)
  const isAsked = shown !== null && isRetried(shown)
  // Not for each failure: one that is told in the same words as the one before is no change of the state.
  useEffect(() => {
    if (!isAsked) return undefined
    const backOff = new BackOff(Math.random, BACK_OFF)
    let timer: ReturnType<typeof setTimeout>
    const schedule = (): void => {
      timer = setTimeout(() => {
        if (client.snapshot().status.source.state === 'failed') client.retry()
        schedule()
      }, backOff.nextDelayMs())
    }
    schedule()
    return () => clearTimeout(timer)
  }, [client, isAsked])
  return shown
}

/** Of a range that is too large a narrower one is offered instead. */
export function isRetried({ retry, narrower }: Trouble): boolean {
  return retry && narrower === undefined
}
