import { useEffect } from 'react'

import type { CaptureOpening } from '../../state/captures/capture-opening.ts'
import { launchQueueOf, openLaunches } from '../../state/captures/launched-files.ts'

/** Opens the captures that the operating system opens with the installed page. */
export function LaunchListener({ opening }: { opening: CaptureOpening }) {
  useEffect(() => openLaunches(launchQueueOf(window), (dropped) => opening.openDrop(dropped)), [opening])
  return null
}
