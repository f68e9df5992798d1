import { useEffect, useState } from 'react'

import { systemClock } from '../../lib/clock.ts'
import { MIN_SECONDS_BEFORE } from '../../flows/new-since.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { navigation, useViewPart } from '../view/navigation.ts'
import { nextDenialOf } from './next-denial.ts'
import { headsIn } from './replay-acts.ts'
import { ReplayPlayer } from './replay-player.ts'

/** The player of the capture that is open, as long as the component is there. */
export function useReplayPlayer(): ReplayPlayer {
  const { client, source } = useFlowtrace()
  const filter = useViewPart((view) => view.filter)
  const [player] = useState(
    () =>
      new ReplayPlayer(
        {
          head: () => navigation.parsed().view.at,
          setHead: (at) => navigation.navigate({ at }, 'replace'),
          heads: () => headsIn(client.snapshot().status),
          arrange: () => client.arrange(),
          nextDenial: async (from, signal) => {
            // As everywhere, nothing is new of which too little is held from before.
            const since = Math.max(from, (client.snapshot().status.holdings.oldest ?? 0) + MIN_SECONDS_BEFORE)
            const { rows } = await client.ask(nextDenialOf(navigation.parsed().view.filter, since), signal)
            return rows[0]?.firstSeen ?? null
          },
          isHidden: () => document.hidden,
        },
        systemClock,
      ),
  )
  useEffect(() => () => player.stop(), [player])
  // Another filter has other denials, and so has another source.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies
  useEffect(() => player.forget(), [player, source, filter])
  return player
}
