/** The windows on the timeline move beyond what is held, where there is more to compare. */
import { act, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { beforeEach, expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { type CompareChoice, windowsOf } from '../../state/compare/compare-choice.ts'
import { forgetAnswers } from '../../state/goldmane/query-client.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { stubBoxSize } from '../../ui/testing/stub-box-size.ts'
import { CompareTimeline } from './CompareTimeline.tsx'

const HOUR = 3600
const HELD = { from: 100 * HOUR, to: 101 * HOUR }
const COMPARABLE = { from: 0, to: HELD.to }
const WIDTH = 1000

beforeEach(() => stubBoxSize({ width: WIDTH, height: 70 }))

const CHOICE: CompareChoice = {
  kind: 'windows',
  a: { from: HELD.from, to: HELD.from + 1200 },
  b: { from: HELD.from + 2400, to: HELD.to },
}

/** The timeline over a capture; the choices that were made. */
function show(comparable = COMPARABLE) {
  const chosen: CompareChoice[] = []
  function Held() {
    const [choice, setChoice] = useState<CompareChoice>(CHOICE)
    const choose = (next: CompareChoice) => {
      chosen.push(next)
      setChoice(next)
    }
    return <CompareTimeline {...{ choice, choose, comparable }} held={HELD} past={null} />
  }
  const store = fakeStore()
  render(<Held />, { wrapper: store.Wrapper })
  return { chosen, newest: () => windowsOf(chosen.at(-1) ?? CHOICE) }
}

const slider = (name: string) => screen.getByRole('slider', { name })
const endsOf = (element: HTMLElement) =>
  ['aria-valuemin', 'aria-valuenow', 'aria-valuemax'].map((name) => Number(element.getAttribute(name)))

/** Drags the beginning of A by so many pixels. */
function drag(by: number): void {
  const grip = slider('Beginning of A')
  grip.setPointerCapture = () => {}
  fireEvent.pointerDown(grip, { button: 0, clientX: 500, pointerId: 1 })
  fireEvent.pointerMove(grip, { clientX: 500 + by, pointerId: 1 })
  fireEvent.pointerUp(grip, { clientX: 500 + by, pointerId: 1 })
}

test('by keys, step by step, and the timeline goes with them', () => {
  const { newest } = show()
  const grip = slider('Place of A')
  expect(endsOf(grip)).toEqual([COMPARABLE.from, HELD.from, HELD.to])
  act(() => grip.focus())
  for (let i = 0; i < 3; i++) fireEvent.keyDown(slider('Place of A'), { key: 'PageUp' })
  expect(endsOf(slider('Place of A'))[1]).toBeLessThan(HELD.from - 600)
  // Still on the strip, which is another one.
  expect(Number.parseFloat(slider('Place of A').style.left)).toBeGreaterThanOrEqual(0)
  expect(newest()).toEqual(windowsOf(CHOICE))
  fireEvent.keyUp(slider('Place of A'), { key: 'PageUp' })
  expect(newest()?.a.to).toBeLessThan(HELD.from + 600)
  expect(newest()?.b).toEqual(windowsOf(CHOICE)?.b)
})

test('to the oldest that can be compared by Home, where the slider keeps the focus', () => {
  const { newest } = show()
  act(() => slider('Place of A').focus())
  fireEvent.keyDown(slider('Place of A'), { key: 'Home' })
  expect(document.activeElement).toBe(slider('Place of A'))
  fireEvent.keyUp(slider('Place of A'), { key: 'Home' })
  expect(newest()?.a).toEqual({ from: 0, to: 1200 })
})

test('by the pointer, which stays on the strip: at its end there is more room once it is let go', () => {
  const { newest } = show()
  drag(-400)
  expect(newest()?.a.from).toBe(HELD.from)
  drag(-400)
  expect(newest()?.a.from).toBeLessThan(HELD.from)
})

test('not where there is nothing more', () => {
  const { newest } = show(HELD)
  act(() => slider('Place of A').focus())
  fireEvent.keyDown(slider('Place of A'), { key: 'PageUp' })
  fireEvent.keyUp(slider('Place of A'), { key: 'PageUp' })
  expect(newest()?.a.from).toBe(HELD.from)
})

test('say where a part of the bars that the history counted is missing', async () => {
  forgetAnswers()
  const bars = { from: 0, width: 3600, bars: [], incomplete: 'Shard 2 does not answer' }
  vi.stubGlobal('fetch', async () => Response.json(bars))
  const past = { endpoint: 'http://localhost/', scope: ALL, viewer: undefined }
  render(
    <CompareTimeline choice={CHOICE} choose={() => {}} comparable={COMPARABLE} held={null} past={past} />,
    {
      wrapper: fakeStore().Wrapper,
    },
  )
  expect(await screen.findByText('a part is missing')).toHaveProperty('title', 'Shard 2 does not answer.')
})
