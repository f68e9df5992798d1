import { render, screen } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'

import { EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { forgetAnswers } from '../../state/goldmane/query-client.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { OPEN_PAST, PAST } from '../../state/testing/with-history.tsx'
import { stubBoxSize } from '../../ui/testing/stub-box-size.ts'
import { TimelineBody } from './TimelineBody.tsx'

const SAYS = 'No record of this capture has a time.'

test('says that no record has a time, until one has', () => {
  const store = fakeStore()
  render(<TimelineBody />, { wrapper: store.Wrapper })
  store.sendWindow({}, { holdings: { records: 0, oldest: null, newest: null } })
  expect(screen.queryByText(SAYS)).toBeNull()
  store.sendWindow({}, { holdings: { records: 3, oldest: null, newest: null } })
  expect(screen.getByText(SAYS)).toBeTruthy()
  store.sendWindow({}, { holdings: { records: 4, oldest: 1_790_000_010, newest: 1_790_000_025 } })
  expect(screen.queryByText(SAYS)).toBeNull()
})

const { to: TO } = PAST
const MISSING = 'a part is missing'

/** The timeline of a range whose records are not here yet; `incomplete` is what the bars say that the gateway counts. */
function renderRange(incomplete: string | null) {
  const bars = [{ start: TO - 7200, action: 'Allow', records: 4 }]
  vi.stubGlobal('fetch', async () => Response.json({ from: TO - 7200, width: 60, bars, incomplete }))
  const store = fakeStore({}, OPEN_PAST)
  render(<TimelineBody />, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'connecting' } })
  return store
}

beforeEach(() => {
  stubBoxSize({ width: 1000, height: 80 })
  forgetAnswers()
})

test('says that a part is missing of the bars that the gateway counts, as while a shard is down', async () => {
  renderRange('Shard 2 does not answer')
  expect(await screen.findByText(MISSING)).toHaveProperty('title', 'Shard 2 does not answer.')
})

test('says it of the bars of the records too, until they are whole', async () => {
  const store = renderRange(null)
  await screen.findByRole('slider', { name: 'Time range' })
  expect(screen.queryByText(MISSING)).toBeNull()
  const headers = [{ ...EMPTY_HEADER, incomplete: 'Shard 2 does not answer' }]
  store.sendWindow({}, { source: { state: 'loaded' }, headers })
  expect(await screen.findByText(MISSING)).toHaveProperty('title', 'Shard 2 does not answer.')
})
