import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'

import type { SourceState } from '../../store/protocol.ts'
import { fakeStore } from '../testing/fake-store.tsx'
import { useBaseline } from './use-baseline.ts'

function Baseline() {
  const baseline = useBaseline()
  return <p>{baseline.known ? baseline.since : baseline.why}</p>
}

const shown = () => screen.getByRole('paragraph').textContent

const READING: SourceState = { state: 'reading', from: 0, percent: 10 }

test('the baseline of new rows stands still while history is read, and is of its end afterwards', () => {
  const store = fakeStore()
  render(<Baseline />, { wrapper: store.Wrapper })
  const hold = (source: SourceState, newest: number) =>
    store.sendWindow({}, { source, holdings: { oldest: 0, newest } })
  hold(READING, 1200)
  expect(shown()).toBe('what is held is still being read')
  hold(READING, 1500)
  expect(shown()).toBe('what is held is still being read')
  hold({ state: 'live' }, 3600)
  expect(shown()).toBe('3300')
  hold({ state: 'live' }, 3615)
  expect(shown()).toBe('3315')
  // A stream that broke is read from there on.
  hold(READING, 3645)
  expect(shown()).toBe('3315')
  hold({ state: 'live' }, 3660)
  expect(shown()).toBe('3360')
})
