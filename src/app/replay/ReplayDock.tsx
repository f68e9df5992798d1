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

/** The clock of the replay with its keys. A lazy chunk, loaded when a replay begins. */
export function ReplayDock() {
  const { client } = useFlowtrace()
  const player = useReplayPlayer()
  const clock = useSyncExternalStore(player.clock.subscribe, player.clock.get)
  const head = usePlayHead()
  const heads = useHeads()
  // By the browser's back button, too.
  useEffect(() => () => client.arrange(), [client])
  useReplayCommands(player, heads !== null)
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
      onNextDenial={() => commands.run('replay.denial')}
      onLeave={leave}
    />
  )
}

/** What moves the head waits until there are heads, as the buttons do: until the capture is read. */
function useReplayCommands(player: ReplayPlayer, hasHeads: boolean): void {
  const { speed } = useSyncExternalStore(player.clock.subscribe, player.clock.get)
  useCommand('pause', () => player.toggle(), hasHeads)
  useCommand('replay.toggle', () => player.toggle(), hasHeads)
  useCommand('replay.slower', () => player.change({ speed: neighbourSpeed(speed, -1) }))
  useCommand('replay.faster', () => player.change({ speed: neighbourSpeed(speed, 1) }))
  useCommand('replay.denial', () => goToDenial(player), hasHeads)
  useFallback('denial.next', () => player.step(1), hasHeads)
  useFallback('denial.previous', () => player.step(-1), hasHeads)
}

/** Resolves to what is to be said. */
async function goToDenial(player: ReplayPlayer): Promise<string> {
  const found = await player.seekDenial(AbortSignal.timeout(10_000)).catch(() => null)
  if (found === null) return 'The worker did not say where the next new denial is'
  return found ? '' : 'No new denial begins after this time'
}
