import { useEffect, useSyncExternalStore } from 'react'

import { ReplayStrip } from '../../panels/replay/ReplayStrip.tsx'
import { useFlowtrace } from '../../state/client/flowtrace.ts'
import { commands, useCommand, useFallback } from '../../state/commands/commands.ts'
import { leaveReplay, useHeads } from '../../state/replay/replay-acts.ts'
import { neighbourSpeed } from '../../state/replay/replay-clock.ts'
import type { ReplayPlayer } from '../../state/replay/replay-player.ts'
import { useReplayPlayer } from '../../state/replay/use-replay-player.ts'
import { usePlayHead } from '../../state/view/play-head.ts'
import { focusPart } from '../frame-parts.ts'
import { useReplayKeys } from './use-replay-keys.ts'

/** The clock of the replay with its keys. A lazy chunk, loaded when a replay begins. */
export function ReplayDock() {
  const { client } = useFlowtrace()
  const player = useReplayPlayer()
  const clock = useSyncExternalStore(player.clock.subscribe, player.clock.get)
  const head = usePlayHead()
  const heads = useHeads()
  // By the browser's back button, too.
  useEffect(() => () => client.arrange(), [client])
  useCommand('pause', () => player.toggle())
  useFallback('denial.next', () => player.step(1))
  useFallback('denial.previous', () => player.step(-1))
  useReplayKeys((key) => runKey(player, key))
  const leave = () => {
    leaveReplay(client)
    focusPart('timeline')
  }
  if (head === null) return null
  return (
    <ReplayStrip
      clock={clock}
      head={head}
      heads={heads}
      onToggle={() => player.toggle()}
      onStep={(buckets) => player.step(buckets)}
      onChange={(part) => player.change(part)}
      onNextDenial={() => void goToDenial(player)}
      onLeave={leave}
    />
  )
}

async function goToDenial(player: ReplayPlayer): Promise<void> {
  const found = await player.seekDenial(AbortSignal.timeout(10_000)).catch(() => null)
  if (found === false) commands.say('No new denial begins after this time')
  if (found === null) commands.say('The worker did not say where the next new denial is')
}

/** Carries a key out; false for a key that is none of the replay's. */
function runKey(player: ReplayPlayer, key: string): boolean {
  const { speed } = player.clock.get()
  const acts: Readonly<Record<string, () => void>> = {
    ' ': () => player.toggle(),
    '<': () => player.change({ speed: neighbourSpeed(speed, -1) }),
    '>': () => player.change({ speed: neighbourSpeed(speed, 1) }),
    n: () => void goToDenial(player),
  }
  acts[key]?.()
  return Object.hasOwn(acts, key)
}
