import { render, screen } from '@testing-library/react'
import { describe, expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { fakeStore } from '../testing/fake-store.tsx'
import type { SourceState } from './holdings.ts'
import { useHasAges, useIsPartial, useIsStreaming } from './source-status.ts'

const refused = { kind: 'refused', say: 'No.', detail: null, retry: false } as const

function Probe() {
  return <p>{`${useIsPartial()} ${useIsStreaming()}`}</p>
}

describe('counts are of a part, and records age', () => {
  test.each<[SourceState, boolean, boolean]>([
    [{ state: 'reading', from: 0, percent: 3 }, true, true],
    [{ state: 'loading', read: 1, total: 2 }, true, false],
    [{ state: 'live' }, false, true],
    [{ state: 'silent', trouble: refused }, false, true],
    [{ state: 'loaded' }, false, false],
  ])('while %o: %s, %s', (source, partial, streaming) => {
    const store = fakeStore()
    render(<Probe />, { wrapper: store.Wrapper })
    store.sendWindow({}, { source })
    expect(screen.getByText(`${partial} ${streaming}`)).toBeTruthy()
  })
})

function AgeProbe() {
  return <p>{`${useIsStreaming()} ${useHasAges()}`}</p>
}

test('records of a history age, and no more of them come', () => {
  const range = { from: 0, to: 60 }
  const store = fakeStore({}, { kind: 'history', endpoint: 'http://localhost/', range, scope: ALL })
  render(<AgeProbe />, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'loaded' } })
  expect(screen.getByText('false true')).toBeTruthy()
})

test('records of a stream age while its gateway, which was started anew, connects; those of a capture do not', () => {
  const capture = fakeStore()
  const { unmount } = render(<AgeProbe />, { wrapper: capture.Wrapper })
  capture.sendWindow({}, { source: { state: 'connecting' } })
  expect(screen.getByText('false false')).toBeTruthy()
  unmount()

  const stream = fakeStore({}, { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL })
  render(<AgeProbe />, { wrapper: stream.Wrapper })
  stream.sendWindow({}, { source: { state: 'live' } })
  expect(screen.getByText('true true')).toBeTruthy()
  stream.sendWindow({}, { source: { state: 'connecting' } })
  expect(screen.getByText('true true')).toBeTruthy()
})
