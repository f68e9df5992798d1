import { act, renderHook, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { toTrouble } from '../../source/trouble.ts'
import { fakeStore } from '../testing/fake-store.tsx'
import { type CompareAnswer, type CompareQuestion, useComparison } from './use-comparison.ts'

const LIVE = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL } as const
const QUESTION: CompareQuestion = {
  about: 'compare',
  filter: ALL,
  a: { of: 'held', range: { from: 0, to: 60 } },
  b: { of: 'held', range: { from: 60, to: 120 } },
  where: 'In B',
}
const ANSWER: CompareAnswer = {
  ok: false,
  trouble: { kind: 'refused', say: 'Nothing is held of A.', detail: null, retry: false },
}

/** The hook over a live source, whose first questions are answered. */
function asking({ answers }: { readonly answers: number }) {
  let asked = 0
  const store = fakeStore({ compare: () => (++asked <= answers ? ANSWER : undefined) }, LIVE)
  const { result } = renderHook(() => useComparison(QUESTION), { wrapper: store.Wrapper })
  return { store, result, asked: () => asked }
}

test('a stream that was lost and is read again changes nothing until the reader asks again', async () => {
  const { store, result, asked } = asking({ answers: 2 })
  store.sendWindow({}, { source: { state: 'live' } })
  await waitFor(() => expect(result.current).toMatchObject({ answer: ANSWER, isAsking: false }))
  const before = asked()
  store.sendWindow({}, { source: { state: 'reading', from: 0, percent: null } })
  expect(result.current).toMatchObject({ isAsking: false, isWaiting: false })
  store.sendWindow({}, { source: { state: 'live' } })
  expect(asked()).toBe(before)
  act(() => result.current.again())
  expect(asked()).toBe(before + 1)
})

test('another source is asked once it was read, and shows the answer of the one before until then', async () => {
  const { store, result, asked } = asking({ answers: 2 })
  store.sendWindow({}, { source: { state: 'live' } })
  await waitFor(() => expect(result.current.isAsking).toBe(false))
  const before = asked()
  store.reopen({ kind: 'url', url: 'http://localhost/capture', name: 'capture' })
  // Nothing of it is held yet, not even a state of it: an answer would say that nothing is held of A.
  expect(result.current).toMatchObject({ answer: ANSWER, isAsking: true, isWaiting: true })
  store.sendWindow({}, { source: { state: 'loading', read: 0, total: null } })
  expect(result.current).toMatchObject({ isAsking: true, isWaiting: true })
  expect(asked()).toBe(before)
  store.sendWindow({}, { source: { state: 'loaded' } })
  await waitFor(() => expect(result.current).toMatchObject({ isAsking: false, isWaiting: false }))
  expect(asked()).toBe(before + 1)
})

test('a source that cannot be read is asked, for what is held of it', async () => {
  const { store, result } = asking({ answers: 1 })
  const trouble = toTrouble(new Error('Goldmane does not answer.'))
  store.sendWindow({}, { source: { state: 'failed', trouble } })
  await waitFor(() => expect(result.current).toMatchObject({ answer: ANSWER, isAsking: false }))
})
