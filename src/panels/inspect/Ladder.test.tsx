import { render, screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'

import type { FlowKey, PolicyHit, PolicyTrace } from '../../flows/flow.ts'
import { verdictOf } from '../../flows/hit.ts'
import { buildEndOfTier, buildHit, buildKey } from '../../flows/testing/build.ts'
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
    'Pending with staged policies enforced',
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
  const [cell] = screen.getAllByRole('cell')
  expect(cell?.textContent).toMatch(/End of tier.*trigger default-deny.*GlobalNetworkPolicy/)
  expect(cell?.textContent).not.toMatch(/rule \d/)
  expect(screen.getAllByRole('button', { name: 'Filter by default-deny' })).toHaveLength(2)
})

test('a staged policy is named with its kind on the pending side alone', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [STAGED_ALLOW] })
  expect(screen.getAllByRole('cell', { name: /Staged/ })).toEqual([theCell(/open-up/)])
  expect(theCell(/open-up/).textContent).toContain('other action, policy, rule')
  expect(screen.getByText(/the trace would be another/)).toBeTruthy()
})

test('a hit on one side alone says so, and the other side says that it has none', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [SCREEN_RULE, DEFAULT_DENY] })
  expect(rowsOf('Policy trace')[1]).toEqual(['No hit here', expect.stringContaining('only pending')])
})

test('another trigger of the same end of tier is not pointed out as a difference', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [buildEndOfTier('dns-clients')] })
  expect(screen.queryByText(/^other/)).toBeNull()
  expect(screen.getByText(/^Same outcome/)).toBeTruthy()
})

test('a pending trace that Felix did not compute is unknown, not empty', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [] })
  expect(rowsOf('Policy trace')[1]?.[1]).toBe('Not computed')
  expect(screen.getByText(/does not mean that no policy applies/)).toBeTruthy()
})

test('what is inferred from a profile carries a tag, which a recorded hit does not', () => {
  renderTrace({ enforced: [PROFILE], pending: [DEFAULT_DENY] })
  const tag = screen.getByText('inferred')
  expect(theCell(/kns\.frontend/).contains(tag)).toBe(true)
  expect(tag.parentElement?.textContent).toBe('No enforced policy selected this pod for egress inferred')
})

test('an action that we do not know has neither the look of a denial nor of an allowance', () => {
  renderTrace({ enforced: [buildHit({ action: 'Unknown(7)' })], pending: [] })
  const cell = theCell(/allow-all/)
  expect(cell.textContent).toContain('Unknown action 7')
  expect(cell.textContent).toContain('What decided is not known')
  expect(cell.className).not.toMatch(/bg-/)
})

test('reads the same as a list, one item for each rung', () => {
  renderTrace({ enforced: [SCREEN_RULE, DEFAULT_DENY], pending: [SCREEN_RULE, STAGED_ALLOW] })
  const items = screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(items).toHaveLength(2)
  expect(items[1]).toBe(
    'Tier default (other action, policy, rule)' +
      'Enforced: end of tier default: no rule allowed it, Deny, trigger GlobalNetworkPolicy default-deny, decides' +
      'Pending: StagedGlobalNetworkPolicy open-up, rule 2 (index 1): would allow, would decide',
  )
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
  expect(screen.getAllByRole('cell')[0]?.textContent).toContain('What decided is not known')
  expect(screen.queryByText(/staged policies change nothing/)).toBeNull()
  expect(screen.getByText(/nobody can say whether the staged policies would change it/)).toBeTruthy()
})

test('what is pending is said in the conditional', () => {
  renderTrace({ enforced: [DEFAULT_DENY], pending: [{ ...SCREEN_RULE, action: 'Pass' }] })
  expect(theCell(/screen/).textContent).toContain('Would pass')
})
