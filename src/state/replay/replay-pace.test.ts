import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { DEFAULT_VIEW, parseView, printView } from '../view/view.ts'
import { SPEEDS, STANDING } from './replay-clock.ts'
import { parsePace, printPace } from './replay-pace.ts'

const paces = fc.record({
  speed: fc.constantFrom(...SPEEDS),
  loop: fc.boolean(),
  pauseAtDenial: fc.boolean(),
  playing: fc.boolean(),
})

test('a link has the pace that it was copied with', () => {
  fc.assert(
    fc.property(paces, (pace) => {
      const { view, problems } = parseView(
        printView({ ...DEFAULT_VIEW, at: 1_790_000_010, pace: printPace(pace) }),
      )
      expect(problems).toEqual([])
      expect(parsePace(view.pace)).toEqual(pace)
    }),
  )
})

test('a link of before, and one of which nothing can be read, has the pace with which a replay begins', () => {
  const { speed, loop, pauseAtDenial, playing } = STANDING
  const standing = { speed, loop, pauseAtDenial, playing }
  expect(printPace(STANDING)).toBeNull()
  expect(parsePace(parseView('?at=1790000010').view.pace)).toEqual(standing)
  for (const text of ['7', '60-', '-play', '60-play-loop', 'Infinity', '<script>']) {
    const { view, problems } = parseView(`?at=1790000010&pace=${encodeURIComponent(text)}`)
    expect([text, problems.length]).toEqual([text, 1])
    expect(parsePace(view.pace)).toEqual(standing)
  }
  fc.assert(fc.property(fc.string(), (text) => SPEEDS.includes(parsePace(text).speed)))
})
