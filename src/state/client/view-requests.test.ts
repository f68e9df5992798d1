import { expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { oncePerFrame } from '../../lib/once-per-frame.ts'
import type { ToWorker } from '../../store/protocol.ts'
import { type RequestedView, ViewRequests } from './view-requests.ts'

const VIEW: RequestedView = {
  filter: ALL,
  shape: 'groups',
  time: null,
  sort: { column: 'attention', descending: true },
  selected: null,
}

test('a changed view is requested before the act that changed it goes on, with all that it brings', async () => {
  const posted: ToWorker[] = []
  const frames: (() => void)[] = []
  const frame = () => {
    for (const run of frames.splice(0)) run()
  }
  const throttle = oncePerFrame((run) => frames.push(run))
  const requests = new ViewRequests((message) => posted.push(message), throttle)
  const views = () => posted.filter((message) => message.type === 'view').map(({ view }) => view)
  requests.setWindow(40, 80)
  requests.setView(VIEW)
  frame()
  requests.set({ trendMeasure: 'bytes' })
  requests.setView({ ...VIEW, shape: 'intervals' })
  const expected = [
    expect.objectContaining({ shape: 'groups', offset: 40, limit: 80, trendMeasure: 'conns' }),
    expect.objectContaining({ shape: 'intervals', trendMeasure: 'bytes' }),
  ]
  expect(views()).toEqual(expected)
  await Promise.resolve()
  frame()
  expect(views()).toEqual(expected)
})

test('a window that has the rows already stays as it is', () => {
  const posted: ToWorker[] = []
  const requests = new ViewRequests(
    (message) => posted.push(message),
    (run) => run(),
  )
  requests.setView(VIEW)
  requests.setWindow(0, 40)
  requests.setWindow(0, 80)
  expect(posted).toHaveLength(1)
  requests.setWindow(40, 40)
  requests.setWindow(0, 120)
  expect(posted).toMatchObject([
    { view: { offset: 0, limit: 100 } },
    { view: { offset: 40, limit: 40 } },
    { view: { offset: 0, limit: 120 } },
  ])
})
