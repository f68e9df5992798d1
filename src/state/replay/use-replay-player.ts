import { useEffect, useState } from 'react'

import { systemClock } from '../../lib/clock.ts'
import { MIN_SECONDS_BEFORE } from '../../flows/new-since.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { navigation, useViewPart } from '../view/navigation.ts'
import { nextDenialOf } from './next-denial.ts'
import { headsIn } from './replay-acts.ts'
import { parsePace, printPace } from './replay-pace.ts'
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
  // Before the player is stopped, which is none of the reader's acts.
  usePaceOfAddress(player)
  useEffect(() => () => player.stop(), [player])
  // Another filter has other denials, and so has another source.
  // oxlint-disable-next-line react/exhaustive-effect-dependencies
  useEffect(() => player.forget(), [player, source, filter])
  return player
}

/** Keeps the pace in the address at that of the player, and the other way round: of a link, and of the browser's back button. */
function usePaceOfAddress(player: ReplayPlayer): void {
  useEffect(() => {
    const follow = (): void => {
      const { pace } = navigation.parsed().view
      if (pace !== printPace(player.clock.get())) player.follow(parsePace(pace))
    }
    follow()
    return navigation.subscribe(follow)
  }, [player])
  useEffect(
    () =>
      player.clock.subscribe(() => {
        const { at, pace } = navigation.parsed().view
        const next = printPace(player.clock.get())
        if (at !== null && next !== pace) navigation.navigate({ pace: next }, 'replace')
      }),
    [player],
  )
}
