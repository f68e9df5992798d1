/** What the screen asks while a range of the history is open. */
import { render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { CompareQuestion } from '../../state/compare/use-comparison.ts'
import { queryClient } from '../../state/goldmane/query-client.ts'
import { fakeOpening } from '../../state/testing/fake-opening.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { HISTORY_URL, OPEN_PAST, PAST, WithHistory } from '../../state/testing/with-history.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { CompareScreen } from './CompareScreen.tsx'

const { to: TO } = PAST
/** The quarter of an hour at the end of the range that is open has no record. */
const HELD = { records: 9, oldest: TO - 7200, newest: TO - 900 }

/** The sides that are asked for, of two windows. */
async function askedOver(a: readonly [number, number], b: readonly [number, number]) {
  navigate({ ...DEFAULT_VIEW, screen: 'compare', compare: `${a.join('-')},${b.join('-')}` })
  const asked: CompareQuestion[] = []
  const store = fakeStore({ compare: (question) => void asked.push(question) }, OPEN_PAST)
  const opening = fakeOpening()
  render(
    <WithHistory>
      <CompareScreen opening={opening} />
    </WithHistory>,
    { wrapper: store.Wrapper },
  )
  store.sendWindow({}, { source: { state: 'loaded' }, holdings: HELD })
  // On the screen, and for those who hear it.
  await screen.findAllByText('Comparing A and B…')
  return asked.at(-1)
}

beforeEach(() => {
  queryClient.clear()
  const history = { state: 'writing', from: TO - 90_000, hoursFrom: null, to: TO + 3600, gaps: [] }
  queryClient.setQueryData(['history', HISTORY_URL, null], history)
  vi.stubGlobal('fetch', () => new Promise(() => {}))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('a window after the range that is open is asked of the history', async () => {
  const question = await askedOver([TO - 7200, TO - 3600], [TO, TO + 3600])
  expect(question?.a).toMatchObject({ of: 'held' })
  expect(question?.b).toMatchObject({ of: 'source', source: { kind: 'history', range: { from: TO } } })
})

test('a window in the range that is open is compared as it is held, also where it has no record', async () => {
  const question = await askedOver([TO - 7200, TO - 3600], [TO - 3600, TO])
  expect([question?.a.of, question?.b.of]).toEqual(['held', 'held'])
})
