import { fireEvent, render, screen, within } from '@testing-library/react'
import { beforeEach, describe, expect, test } from 'vitest'

import { compareSides } from '../../compare/compare.ts'
import { type Section, SECTIONS } from '../../compare/comparison.ts'
import { footingOf, headlineOf } from '../../compare/comparison-words.ts'
import { A, B, buildSide, records, T0 } from '../../compare/testing/build-side.ts'
import { print } from '../../filter/language/print.ts'
import { commands } from '../../state/commands/commands.ts'
import type { CompareAnswer, CompareQuestion } from '../../state/compare/use-comparison.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate, navigation } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { CompareScreen } from './CompareScreen.tsx'

const HELD = { records: 99, oldest: T0, newest: B.to }
const NOTHING_LOST = { gaps: 0, evicted: 0, refused: 0, incomplete: null }
const denied = { action: 'Deny' } as const

const FLIPPED = [
  buildSide(A, records({}, { count: 15 }), records({ sourceName: 'report' }, { count: 3, at: 300 })),
  buildSide(B, records(denied, { count: 15 })),
] as const

function answerOf([a, b]: readonly [(typeof FLIPPED)[0], (typeof FLIPPED)[1]] = FLIPPED): CompareAnswer {
  const comparison = compareSides(a, b)
  const sizes = Object.fromEntries(
    SECTIONS.map((section) => [
      section,
      comparison.groups.filter((group) => group.section === section).length,
    ]),
  ) as Record<Section, number>
  return {
    ok: true,
    comparison,
    headline: headlineOf(comparison, 'In B'),
    footing: footingOf(comparison),
    sizes,
    losses: { a: NOTHING_LOST, b: { ...NOTHING_LOST, gaps: 2 } },
  }
}

/** The screen over a loaded capture, with the questions that it asked. */
function show(answer: CompareAnswer = answerOf()) {
  const asked: CompareQuestion[] = []
  const store = fakeStore({
    compare: (question) => {
      asked.push(question)
      return answer
    },
  })
  render(<CompareScreen />, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'loaded' }, holdings: HELD })
  return { asked, store }
}

const view = () => navigation.parsed().view

beforeEach(() => navigate({ ...DEFAULT_VIEW, screen: 'compare' }))

test('compares the halves of what is held first, and the address holds them', async () => {
  const { asked } = show()
  const heading = await screen.findByRole('heading', { level: 2 })
  expect(heading.textContent).toBe('In B, 1 pair is newly denied, which was allowed before; 1 went quiet.')
  expect(view().compare).toBe(`around-${A.to}-1800`)
  expect(asked.at(-1)).toMatchObject({ a: { of: 'held', range: A }, b: { of: 'held', range: B } })
  expect(screen.getByRole('note').textContent).toBe('B has 2 gaps in which nothing was received.')
})

test('shows each group in its section, with what changed', async () => {
  show()
  const flipped = within(await screen.findByRole('region', { name: 'Flipped' }))
  const row = flipped.getByRole('listitem')
  expect(row.textContent).toContain('AllowedDenied leavingfrontend/web → backend/api tcp 80')
  expect(row.textContent).toContain('now default-deny: no rule allowed it')
  const quiet = within(screen.getByRole('region', { name: 'Gone quiet' }))
  expect(quiet.getByRole('listitem').textContent).toContain('seen once, for 45 s: B may be too short to tell')
  fireEvent.click(screen.getByRole('button', { name: 'Gone quiet 1' }))
  expect(screen.queryByRole('region', { name: 'Flipped' })).toBeNull()
})

test('a row opens in Flows in either window, under the filter', async () => {
  show()
  const flipped = within(await screen.findByRole('region', { name: 'Flipped' }))
  fireEvent.click(flipped.getByRole('link', { name: /15 in A, open in Flows$/ }))
  expect(view()).toMatchObject({ screen: 'flows', time: A, compare: `around-${A.to}-1800` })
  expect(print(view().filter)).toBe(
    'src.ns = frontend and src.name = web-* and dst.ns = backend and dst.name = api-* and port = 80',
  )
  navigate({ ...DEFAULT_VIEW, screen: 'compare' })
  fireEvent.click(flipped.getByRole('link', { name: /open in Flows, in B$/ }))
  expect(view()).toMatchObject({ screen: 'flows', time: B })
})

describe('the keys', () => {
  test('move and swap the windows, open their panels, and go from row to row', async () => {
    const { asked } = show()
    await screen.findByRole('region', { name: 'Flipped' })
    commands.run('compare.later')
    expect(view().compare).toBe(`around-${A.to + 900}-1800`)
    commands.run('compare.earlier')
    commands.run('compare.swap')
    expect(view().compare).toBe(`${B.from}-${B.to},${A.from}-${A.to}`)
    await screen.findByRole('button', { name: /^A: / })
    expect(asked.at(-1)).toMatchObject({ a: { range: B }, b: { range: A } })
    commands.run('row.next')
    expect(document.activeElement?.getAttribute('aria-label')).toContain('frontend/web → backend/api')
    commands.run('row.next')
    expect(document.activeElement?.getAttribute('aria-label')).toContain('frontend/report')
    commands.run('compare.b')
    expect(await screen.findByRole('dialog', { name: 'Window B' })).not.toBeNull()
  })
})

test('a comparison that cannot be made says why, and offers what is held', async () => {
  navigate({ compare: '15-30,45-60' })
  show({ ok: false, trouble: { kind: 'refused', say: 'Nothing is held of A.', detail: null, retry: false } })
  expect((await screen.findByRole('alert')).textContent).toContain('Nothing is held of A.')
  fireEvent.click(screen.getByRole('button', { name: 'Compare the halves of what is held' }))
  expect(view().compare).toBe(`around-${A.to}-1800`)
})

test('two captures are compared once the second is chosen', async () => {
  const { asked } = show()
  fireEvent.click(await screen.findByRole('button', { name: 'Two captures' }))
  await screen.findByText(/^Choose a capture to compare with/)
  const file = new File(['{}'], 'after.jsonl')
  fireEvent.change(screen.getByLabelText('Capture to compare with'), { target: { files: [file] } })
  await screen.findByRole('button', { name: /^B: after\.jsonl/ })
  expect(asked.at(-1)).toMatchObject({
    a: { of: 'held', range: null },
    b: { of: 'source', source: { file } },
  })
})

test('says so where nothing changed', async () => {
  show(answerOf([buildSide(A, records({})), buildSide(B, records({}))]))
  expect((await screen.findByRole('heading', { level: 2 })).textContent).toBe(
    'In B, nothing changed beyond what is usual.',
  )
  expect(screen.getByText(/^Told are:/)).not.toBeNull()
})
