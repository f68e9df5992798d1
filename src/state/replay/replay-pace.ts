/** How a replay moves, as the address holds it: "60-loop-play". The codec of the view in state/view has checked its form. */
import { type ReplayClock, SPEEDS, STANDING } from './replay-clock.ts'

type Pace = Pick<ReplayClock, 'speed' | 'loop' | 'pauseAtDenial' | 'playing'>

/** Null for a clock as a replay begins, so that most links have no pace. */
export function printPace({ speed, loop, pauseAtDenial, playing }: Pace): string | null {
  const text = [String(speed), ...words({ loop, past: !pauseAtDenial, play: playing })].join('-')
  return text === String(STANDING.speed) ? null : text
}

function words(choices: Readonly<Record<'loop' | 'past' | 'play', boolean>>): readonly string[] {
  return (['loop', 'past', 'play'] as const).filter((word) => choices[word])
}

/** What cannot be read of it is as a replay begins. */
export function parsePace(text: string | null): Pace {
  const [speed, ...rest] = (text ?? '').split('-')
  return {
    speed: SPEEDS.find((each) => String(each) === speed) ?? STANDING.speed,
    loop: rest.includes('loop'),
    pauseAtDenial: !rest.includes('past'),
    playing: rest.includes('play'),
  }
}
