import { renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { NOTHING_HELD } from '../client/client-snapshot.ts'
import { fakeStore } from '../testing/fake-store.tsx'
import { navigate } from '../view/navigation.ts'
import { DEFAULT_VIEW } from '../view/view.ts'
import type { CaptureFacts } from './kept-capture.ts'
import { recentCaptures } from './recent-captures.ts'
import { factsOf, useLearnedFacts } from './use-recent-captures.ts'

const ID = { name: 'a.ndjson', size: 2, hash: '0123456789abcdef' }
const HOLDINGS = { ...NOTHING_HELD.holdings, records: 4, refused: 1, oldest: 15, newest: 45 }

function keptFacts(): CaptureFacts | null | undefined {
  return recentCaptures.state.get().captures[0]?.facts
}

beforeEach(() => navigate({ ...DEFAULT_VIEW, capture: ID }))
afterEach(() => recentCaptures.forgetAll())

test('what reading a file to its end tells is kept, and nothing before its end', async () => {
  await recentCaptures.opened(ID, [], 1)
  const store = fakeStore({ count: () => 4 }, { kind: 'file', file: new File(['{}'], 'a.ndjson') })
  renderHook(useLearnedFacts, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'loading', read: 1, total: 2 }, holdings: HOLDINGS })
  await recentCaptures.refresh()
  expect(keptFacts()).toBeNull()
  store.sendWindow({}, { source: { state: 'loaded' }, holdings: HOLDINGS, format: 'Whisker records' })
  await expect.poll(keptFacts).toEqual({
    records: 4,
    refused: 1,
    from: 15,
    to: 45,
    format: 'Whisker records',
    origin: null,
    hasNoPending: true,
  })
})

test('records that were evicted count, and then the beginning is not known', () => {
  const status = { ...NOTHING_HELD, holdings: { ...HOLDINGS, evicted: 6 } }
  expect(factsOf(status, false)).toMatchObject({ records: 10, from: null, to: 45 })
})

test('the clusters of the headers are where a capture is from', () => {
  const headers = [
    { ...EMPTY_HEADER, cluster: 'lab-1', server: 'http://gateway/' },
    { ...EMPTY_HEADER, source: { kind: 'live', name: 'prod-eu' } },
    { ...EMPTY_HEADER, cluster: 'lab-1' },
  ]
  const originOf = (part: typeof headers) => factsOf({ ...NOTHING_HELD, headers: part }, true).origin
  expect(originOf(headers)).toBe('lab-1 and 1 more')
  expect(originOf(headers.slice(2))).toBe('lab-1')
  expect(originOf([])).toBeNull()
  // Without a record nothing is said of pending traces.
  expect(factsOf(NOTHING_HELD, true).hasNoPending).toBe(false)
})
