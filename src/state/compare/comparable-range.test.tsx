/** What can be compared of what is held and of what the gateway's history has. */
import { renderHook, waitFor } from '@testing-library/react'
import type { ReactNode } from 'react'
import { beforeEach, expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { FlowtraceContext } from '../client/flowtrace.ts'
import { queryClient } from '../goldmane/query-client.ts'
import type { HistoryStatus } from '../goldmane/use-history-status.ts'
import { fakeStore } from '../testing/fake-store.tsx'
import { useComparableRange, useComparedPast, useIsPastUnknown } from './compared-past.ts'

const HISTORY_URL = 'http://localhost/history'
const OPEN = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL } as const

interface Scene {
  /** Undefined where the gateway has not answered yet. */
  readonly history?: Partial<HistoryStatus> | undefined
  readonly held?: readonly [number, number] | null
  readonly hasHistory?: boolean
}

function hookOver<T>(use: () => T, { history, held = null, hasHistory = true }: Scene) {
  const store = fakeStore({}, OPEN)
  if (history !== undefined) queryClient.setQueryData(['history', HISTORY_URL, null], history)
  const source = { name: 'lab', open: OPEN, ...(hasHistory ? { history: HISTORY_URL } : {}) }
  const value = { client: store.client, source, offered: null, clusters: [], openSource: () => {} }
  const wrapper = ({ children }: { children: ReactNode }) => (
    <FlowtraceContext value={value}>{children}</FlowtraceContext>
  )
  const { result } = renderHook(use, { wrapper })
  if (held !== null) {
    const [oldest, newest] = held
    store.sendWindow({}, { source: { state: 'live' }, holdings: { records: 1, oldest, newest } })
  }
  return result
}

const rendered = <T,>(use: () => T, scene: Scene): T => hookOver(use, scene).current

beforeEach(() => {
  queryClient.clear()
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => {}))
})

const STORED = { state: 'writing', from: 2000, hoursFrom: 1000, to: 4000 } as const

test.each([
  ['what is held, where there is no history', { held: [3000, 5000] }, { from: 3000, to: 5000 }],
  [
    'from the oldest of records, hours and history',
    { held: [3000, 5000], history: STORED },
    { from: 1000, to: 5000 },
  ],
  ['to the newest of both', { held: [3000, 3500], history: STORED }, { from: 1000, to: 4000 }],
  ['what the history has, where nothing is held', { history: STORED }, { from: 1000, to: 4000 }],
  [
    'nothing, where neither has a record',
    { history: { state: 'writing', from: null, hoursFrom: null, to: null } },
    null,
  ],
  ['nothing of no time', { held: [3000, 3000] }, null],
] as const)('can be compared: %s', (_, scene, range) => {
  expect(rendered(useComparableRange, scene)).toEqual(range)
})

test.each([
  ['of a source without a history nothing is to be waited for', { hasHistory: false }, false],
  ['the gateway has not answered', {}, true],
  [
    'the history starts, and has not said what it has',
    { history: { ...STORED, state: 'starting', to: null } },
    true,
  ],
  ['it starts, and has said so', { history: { ...STORED, state: 'starting' } }, false],
  ['it has none yet', { history: { ...STORED, to: null } }, false],
] as const)('whether it is unknown what the history has: %s', (_, scene, isUnknown) => {
  expect(rendered(useIsPastUnknown, scene)).toBe(isUnknown)
})

test('of a gateway that does not answer nothing is to be waited for', async () => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.reject(new TypeError('refused')))
  const result = hookOver(useIsPastUnknown, {})
  expect(result.current).toBe(true)
  await waitFor(() => expect(result.current).toBe(false))
})

test('a history is asked once it has a record', () => {
  expect(rendered(useComparedPast, { history: { ...STORED, to: null } })).toBeNull()
  expect(rendered(useComparedPast, { history: STORED })).toEqual({
    endpoint: OPEN.endpoint,
    scope: ALL,
    viewer: undefined,
  })
})
