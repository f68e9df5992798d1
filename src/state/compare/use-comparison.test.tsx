import { act, renderHook, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
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

test('the answer of one source is that of an older question once another is open', async () => {
  const { store, result, asked } = asking({ answers: 1 })
  store.sendWindow({}, { source: { state: 'live' } })
  await waitFor(() => expect(result.current.isAsking).toBe(false))
  store.reopen({ ...LIVE, endpoint: 'http://localhost/clusters/b/' })
  expect(result.current).toMatchObject({ answer: ANSWER, isAsking: true })
  await waitFor(() => expect(asked()).toBe(2))
})
