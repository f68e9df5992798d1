import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'

import type { FlowKey, PolicyHit, PolicyTrace } from '../../../flows/flow.ts'
import { verdictOf } from '../../../flows/hit.ts'
import { buildEndOfTier, buildHit, buildKey } from '../../../flows/testing/build.ts'
import { TraceChangeTree, TraceTree } from './TraceTree.tsx'

const SCREEN_RULE = buildHit({ tier: 'security', name: 'screen', action: 'Pass' })
const DEFAULT_DENY = buildEndOfTier('default-deny')
const STAGED_ALLOW = buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'open-up', ruleIndex: 1 })
const PROFILE = buildHit({ kind: 'Profile', name: 'kns.frontend', tier: '' })

/** Hits whose policy index is their place. */
function inPlace(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit, policyIndex) => Object.assign({}, hit, { policyIndex }))
}

function keyWith(hit: PolicyHit): FlowKey {
  return buildKey({ policies: { enforced: [hit], pending: [] } })
}

function renderTrace({ enforced, pending }: PolicyTrace): void {
  const policies = { enforced: inPlace(enforced), pending: inPlace(pending) }
  const action = verdictOf(policies.enforced) ?? 'ActionUnspecified'
  render(<TraceTree flowKey={buildKey({ action, policies })} />)
}

/** The table's rows below its head, as the text of their cells. */
function rowsOf(name: string): readonly (readonly string[])[] {
  const table = screen.getByRole('table', { name })
  const [, ...rows] = within(table).getAllByRole('row')
  return rows.map((row) => [...row.children].map((cell) => cell.textContent ?? ''))
}

function theCell(text: RegExp): HTMLElement {
  return screen.getByRole('cell', { name: text })
}

test('puts enforced and pending side by side, tier by tier in order of evaluation', () => {
  renderTrace({ enforced: [SCREEN_RULE, DEFAULT_DENY], pending: [SCREEN_RULE, STAGED_ALLOW] })
  expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual([
    'Enforced what happened',
    'If staged were enforced',
  ])
  expect(rowsOf('Policy trace')).toEqual([
    ['tier security'],
    [expect.stringContaining('screen rule 1'), expect.stringContaining('screen rule 1')],
    ['tier default'],
    [expect.stringContaining('End of tier'), expect.stringContaining('open-up rule 2')],
  ])
})

test('only the last hit of a side decides, and its cell has the colour of its verdict', () => {
  renderTrace({ enforced: [SCREEN_RULE, DEFAULT_DENY], pending: [SCREEN_RULE, STAGED_ALLOW] })
  const deciding = screen.getAllByRole('cell', { name: /decides/ })
  expect(deciding).toEqual([theCell(/End of tier/), theCell(/open-up/)])
  const [denied, allowed] = deciding
  const passed = screen.getAllByRole('cell', { name: /screen/ })
  expect(denied?.className).toContain('bg-deny-soft')
  expect(allowed?.className).toContain('bg-allow-soft')
  for (const cell of passed) expect(cell.className).not.toMatch(/bg-/)
})

test('an end of tier names its trigger, and neither a policy nor a rule number', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [DEFAULT_DENY] })
  expect(rowsOf('Policy trace')).toEqual([
    ['default', 'default-deny selects this end'],
    ['default', 'End of tier default: no rule allowed it', 'Deny decides'],
  ])
  expect(screen.getAllByRole('button', { name: /^Filter by .* default-deny$/ })).toHaveLength(1)
})

test('is one column, in order, where the staged policies change nothing', () => {
  renderTrace({ enforced: [SCREEN_RULE, DEFAULT_DENY], pending: [SCREEN_RULE, DEFAULT_DENY] })
  expect(rowsOf('Policy trace')).toEqual([
    ['security', 'screen rule 1', 'Pass'],
    ['default', 'default-deny selects this end'],
    ['default', 'End of tier default: no rule allowed it', 'Deny decides'],
  ])
  expect(screen.getByText('same with staged policies')).toBeTruthy()
  expect(screen.getByRole('row', { name: /End of tier/ }).className).toContain('bg-deny-soft')
  expect(screen.getByRole('row', { name: /screen/ }).className).not.toMatch(/bg-/)
})

test('a staged policy is marked on the pending side alone', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [STAGED_ALLOW] })
  expect(screen.getAllByRole('cell', { name: /staged/ })).toEqual([theCell(/open-up/)])
  expect(screen.queryByText(/same with staged/)).toBeNull()
})

test('a hit on one side alone says so, and the other side says that it has none', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [SCREEN_RULE, DEFAULT_DENY] })
  expect(rowsOf('Policy trace')[1]).toEqual(['No hit here', expect.stringContaining('only if staged')])
})

test('another trigger of the same end of tier is no difference, and is explained when asked', async () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [buildEndOfTier('dns-clients')] })
  expect(screen.getByText('same with staged policies')).toBeTruthy()
  expect(screen.queryByText(/dns-clients/)).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Why two names?' }))
  expect(screen.getByText(/the policy named differs/)).toBeTruthy()
})

test('a pending trace that Felix did not compute cannot be said, and is no empty column', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [] })
  expect(screen.getByText('cannot be said').parentElement?.textContent).toBe(
    'with staged policies cannot be said',
  )
  expect(screen.queryByRole('columnheader', { name: /staged/ })).toBeNull()
})

test('what is inferred from a profile carries a tag, which a recorded hit does not', () => {
  renderTrace({ enforced: [PROFILE], pending: [DEFAULT_DENY] })
  const tag = screen.getByText('inferred')
  expect(theCell(/kns\.frontend/).contains(tag)).toBe(true)
  expect(tag.parentElement?.textContent).toBe('No enforced policy selected this pod for egress inferred')
})

test('an action that we do not know has neither the look of a denial nor of an allowance', () => {
  renderTrace({ enforced: [buildHit({ action: 'Unknown(7)' })], pending: [] })
  const row = screen.getByRole('row', { name: /allow-all/ })
  expect(row.textContent).toContain('Unknown action 7')
  expect(row.textContent).toContain('What decided is not known')
  expect(row.className).not.toMatch(/bg-/)
})

test('a change over time puts the trace before beside the trace after', () => {
  render(
    <TraceChangeTree
      before={keyWith(DEFAULT_DENY)}
      after={keyWith(STAGED_ALLOW)}
      until="12:00:00"
      from="12:00:15"
    />,
  )
  expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual([
    'Before until 12:00:00',
    'After from 12:00:15',
  ])
  expect(rowsOf('Trace before and after')[1]).toEqual([
    expect.stringContaining('default-deny'),
    expect.stringContaining('open-up'),
  ])
})

test('a trace that contradicts the verdict has no deciding hit, and says that nobody knows what decided', () => {
  const policies = { enforced: inPlace([DEFAULT_DENY]), pending: inPlace([DEFAULT_DENY]) }
  render(<TraceTree flowKey={buildKey({ action: 'Allow', policies })} />)
  const row = screen.getByRole('row', { name: /End of tier/ })
  expect(row.textContent).toContain('What decided is not known')
  expect(row.textContent).not.toContain('decides')
  expect(screen.queryByText('same with staged policies')).toBeNull()
})

test('what is pending is said in the conditional', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [{ ...SCREEN_RULE, action: 'Pass' }] })
  expect(theCell(/screen/).textContent).toContain('Would pass')
})
