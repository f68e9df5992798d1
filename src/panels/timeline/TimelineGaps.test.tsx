import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import type { Source } from '../../state/client/flowtrace.ts'
import type { Histogram } from '../../state/client/histogram.ts'
import { commands } from '../../state/commands/commands.ts'
import { fakeStore, type FakeLiveReport } from '../../state/testing/fake-store.tsx'
import { gapsOf } from '../../flows/time-bars.ts'
import { axisOf } from '../../flows/time-axis.ts'
import { TimelineGaps } from './TimelineGaps.tsx'

const START = 1_790_000_010
const LIVE: Source['open'] = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL }

function histogramWith(gaps: readonly number[], step = 15): Histogram {
  const none = () => new Float64Array(gaps.length)
  return {
    from: START,
    step,
    measure: 'records',
    allowed: none(),
    denied: none(),
    other: none(),
    gaps: Uint8Array.from(gaps),
  }
}

function axisFor({ from, step, allowed }: Histogram) {
  return axisOf({ from, to: from + step * allowed.length }, step, 1200)
}

test('consecutive steps without a record are one gap', () => {
  expect(gapsOf(histogramWith([0, 1, 1, 0, 1]))).toEqual([
    { from: START + 15, to: START + 45 },
    { from: START + 60, to: START + 75 },
  ])
  expect(gapsOf(histogramWith([0, 0]))).toEqual([])
})

test('a gap has a button that asks for it, and says what was found', async () => {
  const store = fakeStore({}, LIVE)
  const fillGaps = vi.spyOn(store.client, 'fillGaps')
  const say = vi.spyOn(commands, 'say')
  const { rerender } = render(
    <TimelineGaps histogram={histogramWith([0, 1, 1, 0])} axis={axisFor(histogramWith([0, 1, 1, 0]))} />,
    {
      wrapper: store.Wrapper,
    },
  )
  await userEvent.click(screen.getByRole('button', { name: /^Fill the gap \d\d:\d\d:\d\d – / }))
  const range = { from: START + 15, to: START + 45 }
  expect(fillGaps).toHaveBeenCalledExactlyOnceWith(range)
  const send = (fill: FakeLiveReport['fill']) =>
    store.sendWindow(
      {},
      { live: { clockSkew: 0, gaps: [], lost: [], awaited: [], evictedByGateway: 0, fill } },
    )
  send({ state: 'asking', range })
  expect(screen.getByRole<HTMLButtonElement>('button').disabled).toBe(true)
  rerender(
    <TimelineGaps histogram={histogramWith([0, 0, 0, 0])} axis={axisFor(histogramWith([0, 0, 0, 0]))} />,
  )
  send({ state: 'done', range, found: 17 })
  expect(say).toHaveBeenCalledExactlyOnceWith('17 records filled in.')
  // One that nobody asked for here is not said.
  send({ state: 'done', range, found: 3 })
  expect(say).toHaveBeenCalledOnce()
})

test('has no button for what Goldmane no longer holds, nor for a capture', () => {
  const old = histogramWith([0, 1, 0, 0], 1800)
  const live = fakeStore({}, LIVE)
  const { unmount } = render(<TimelineGaps histogram={old} axis={axisFor(old)} />, { wrapper: live.Wrapper })
  expect(screen.queryByRole('button')).toBeNull()
  unmount()
  render(<TimelineGaps histogram={histogramWith([0, 1, 0])} axis={axisFor(histogramWith([0, 1, 0]))} />, {
    wrapper: fakeStore().Wrapper,
  })
  expect(screen.queryByRole('button')).toBeNull()
})
