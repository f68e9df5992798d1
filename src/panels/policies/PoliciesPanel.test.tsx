import { act, fireEvent, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import { buildKey } from '../../flows/testing/build.ts'
import type {
  ChangedGroup,
  LoadedPolicies,
  PolicyNews,
  PolicyRunResult,
  RunCount,
} from '../../state/policies/use-policies.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate, navigation } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { PoliciesPanel } from './PoliciesPanel.tsx'

const LOADED: LoadedPolicies = {
  documents: 2,
  size: 100,
  counts: { GlobalNetworkPolicy: 3, tiers: 1 },
  faults: [
    {
      place: { file: 'a.yaml', line: 3, column: 7, endLine: 3 },
      effect: 'refused',
      object: 'Tier app',
      path: 'spec.order',
      reason: 'Not a number',
    },
  ],
  faultCounts: { refused: 1, ignored: 0, unknown: 2 },
  passedOver: [],
  past: 0,
}

function renderPanel() {
  const onClose = vi.fn<() => void>()
  const store = fakeStore()
  render(<PoliciesPanel onClose={onClose} />, { wrapper: store.Wrapper })
  store.sendWindow({}, { source: { state: 'loaded' } })
  const orders = () => store.posted.filter((message) => message.type === 'policies')
  /** Answers the newest order of a kind, once it is there. */
  const answer = async (kind: string, news: PolicyNews) => {
    await vi.waitFor(() => expect(orders().at(-1)?.order.order).toBe(kind))
    store.send({ type: 'policies', id: orders().at(-1)?.id ?? 0, news })
  }
  return { store, onClose, orders, answer }
}

async function choose(...names: readonly string[]): Promise<void> {
  const files = names.map((name) => new File(['kind: Tier'], name))
  await act(async () => {
    fireEvent.change(screen.getByLabelText('Files of policies'), { target: { files } })
    await Promise.resolve()
  })
}

async function renderLoaded() {
  const panel = renderPanel()
  await choose('a.yaml', 'b.yaml')
  await panel.answer('load', { news: 'loaded', loaded: LOADED })
  return panel
}

beforeEach(() => navigate(DEFAULT_VIEW))

test('without policies it says what they are for, and that nothing is uploaded', () => {
  renderPanel()
  expect(screen.getByText(/each hit of a flow shows its rule as written/)).toBeTruthy()
  expect(screen.getByText(/nothing is uploaded or stored/)).toBeTruthy()
  expect(screen.queryByRole('region', { name: 'Compared with the flows' })).toBeNull()
})

test('files are loaded with progress that can be cancelled, and listed by kind', async () => {
  const { answer, orders } = renderPanel()
  await choose('a.yaml', 'b.yaml')
  await answer('load', { news: 'reading', progress: { read: 30, total: 100 } })
  expect(screen.getByText('Reading the policies, 30 %')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Cancel' })).toBeTruthy()
  await answer('load', { news: 'loaded', loaded: LOADED })
  expect(screen.getByText('2 files')).toBeTruthy()
  const kinds = within(screen.getByRole('region', { name: 'What is loaded' })).getAllByRole('listitem')
  expect(kinds.map(({ textContent }) => textContent)).toEqual(['3 GlobalNetworkPolicies', '1 tier'])
  expect(orders()).toHaveLength(1)
})

test('a fault has its place, its effect and its reason, and the list says how many are not in it', async () => {
  await renderLoaded()
  expect(screen.getByRole('heading', { name: '3 faults (1 left out, 2 not known)' })).toBeTruthy()
  const [fault] = within(screen.getByRole('list', { name: 'List of faults' })).getAllByRole('listitem')
  expect(fault?.textContent).toBe('a.yaml:3:7 left outTier app spec.order: Not a number')
  expect(screen.getByText('and 2 more, not listed')).toBeTruthy()
})

test('one file is removed, or all', async () => {
  const { answer, orders } = await renderLoaded()
  await userEvent.click(screen.getByRole('button', { name: 'Remove a.yaml' }))
  await vi.waitFor(() =>
    expect(orders().at(-1)?.order).toMatchObject({ order: 'load', documents: [{ name: 'b.yaml' }] }),
  )
  await answer('load', { news: 'loaded', loaded: { ...LOADED, documents: 1 } })
  await userEvent.click(await screen.findByRole('button', { name: 'Remove all' }))
  await vi.waitFor(() => expect(orders().at(-1)?.order).toEqual({ order: 'load', documents: [] }))
  await answer('load', { news: 'loaded', loaded: LOADED })
  expect(await screen.findByText('none loaded')).toBeTruthy()
  // The button that had it is gone.
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Choose files…' }))
})

test('a load that fails says why, and what was loaded stays', async () => {
  const { answer } = await renderLoaded()
  await choose('c.yaml')
  const trouble = { kind: 'bug', say: 'Too large.', detail: '', retry: false } as const
  await answer('load', { news: 'failed', trouble })
  expect(screen.getByRole('alert').textContent).toBe('Too large.')
  expect(screen.getByText('2 files')).toBeTruthy()
})

const count = (groups: number): RunCount => ({
  groups,
  keys: groups,
  records: groups,
  connections: 10 * groups,
  bytes: null,
})

const GROUP: ChangedGroup = {
  ...count(1),
  id: 'g7',
  kind: 'allow-to-deny',
  direction: 'egress',
  key: buildKey(),
  after: {
    verdict: 'Deny',
    deciding: [
      { words: 'Deny default-deny rule 1', place: { file: 'a.yaml', line: 1200, column: 1, endLine: 9 } },
    ],
    needsTrace: false,
    missing: [],
  },
}

const RESULT: PolicyRunResult = {
  request: { scope: null, stage: 'enforced' },
  counts: { same: count(12), 'allow-to-deny': count(2), 'deny-to-allow': count(0), unknown: count(3) },
  fitting: count(2),
  changed: [GROUP],
  changedTotal: 5,
  unreported: 0,
  leftOut: 0,
}

test('the comparison with the flows says what would change, and opens a group', async () => {
  const { answer, onClose } = await renderLoaded()
  await userEvent.click(screen.getByRole('button', { name: 'Compare' }))
  await answer('run', { news: 'evaluated', progress: { done: 4, total: 17 } })
  expect(screen.getByText('4 of 17 keys')).toBeTruthy()
  await answer('run', { news: 'ran', result: RESULT })
  expect(
    await screen.findByText(
      'Of 17 groups 12 keep their verdict, 2 would change: 2 from Allow to Deny (20 connections); of 3 it cannot be said.',
    ),
  ).toBeTruthy()
  const [change] = within(screen.getByRole('list', { name: 'Changes' })).getAllByRole('button')
  expect(change?.textContent).toContain('Deny default-deny rule 1 a.yaml:1200')
  expect(change?.textContent).toMatch(/^Allow → Deny leaving/)
  expect(screen.getByText('What was left out for 1 fault is not part of this comparison.')).toBeTruthy()
  expect(screen.queryByText(/counts twice/)).toBeNull()
  expect(screen.getByText('and 4 other groups, not listed')).toBeTruthy()
  await userEvent.click(change ?? document.body)
  expect(navigation.parsed().view).toMatchObject({ screen: 'flows', shape: 'groups', open: 'g7' })
  expect(onClose).toHaveBeenCalledOnce()
})

test('the same pair at its two ends is told apart, and it is said that both were counted', async () => {
  const { answer } = await renderLoaded()
  await userEvent.click(screen.getByRole('button', { name: 'Compare' }))
  const changed = [GROUP, { ...GROUP, id: 'g8', direction: 'ingress' } as const]
  await answer('run', { news: 'ran', result: { ...RESULT, changed, changedTotal: 2 } })
  const changes = within(await screen.findByRole('list', { name: 'Changes' })).getAllByRole('button')
  expect(changes.map(({ textContent }) => /^Allow → Deny (leaving|entering)/.exec(textContent)?.[1])).toEqual(
    ['leaving', 'entering'],
  )
  expect(screen.getByText(/counts twice/)).toBeTruthy()
})

test('what is loaded without a policy is not compared', async () => {
  const { answer } = renderPanel()
  await choose('a.yaml')
  await answer('load', { news: 'loaded', loaded: { ...LOADED, counts: { tiers: 1, pods: 2 } } })
  expect(await screen.findByText(/nothing to compare/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Compare' })).toBeNull()
})

test('a comparison can take staged policies as enforced, and be cancelled', async () => {
  const { orders } = await renderLoaded()
  await userEvent.click(screen.getByRole('checkbox', { name: 'as if staged policies were enforced' }))
  await userEvent.click(screen.getByRole('button', { name: 'Compare' }))
  expect(orders().at(-1)?.order).toMatchObject({ order: 'run', request: { stage: 'pending' } })
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(orders().at(-1)?.order).toMatchObject({ order: 'cancel' })
  expect(screen.getByRole('button', { name: 'Compare' })).toBeTruthy()
})
