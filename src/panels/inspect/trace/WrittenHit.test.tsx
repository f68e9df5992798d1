import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'

import { buildEndOfTier, buildHit, buildKey } from '../../../flows/testing/build.ts'
import type { ExplainedHit, PolicyExplanation, SaidVerdict } from '../../../state/policies/use-policies.ts'
import { TraceTree } from './TraceTree.tsx'

const PLACE = { file: 'policies/app.yaml', line: 12, column: 3, endLine: 14 }

const RULE: ExplainedHit = {
  is: 'rule',
  policy: { kind: 'GlobalNetworkPolicy', namespace: '', name: 'allow-web', tier: 'default' },
  rule: { place: PLACE, text: 'action: Allow\nprotocol: TCP' },
  conditions: [
    { text: 'protocol TCP', holds: 'true', by: 'record', missing: [] },
    { text: "source selector app == 'web'", holds: 'true', by: 'trace', missing: [] },
    { text: 'source nets 10.0.0.0/8', holds: 'unknown', by: null, missing: ['the address of the source'] },
    { text: 'destination ports 81', holds: 'false', by: 'record', missing: [] },
  ],
}

const STALE = {
  is: 'stale',
  why: 'GlobalNetworkPolicy gone is not among them',
  policy: null,
  place: null,
} as const satisfies ExplainedHit

function said(verdict: SaidVerdict['verdict']): SaidVerdict {
  const missing = verdict === 'unknown' ? ['the address of the source'] : []
  return {
    verdict,
    deciding: [{ words: `${verdict} allow-web rule 1`, place: PLACE }],
    needsTrace: false,
    missing,
  }
}

function renderTrace(
  enforced: readonly ExplainedHit[],
  part: Partial<Extract<PolicyExplanation, { is: 'explained' }>> = {},
): void {
  const hits = enforced.map((hit, policyIndex) =>
    hit.is === 'end of tier' ? buildEndOfTier('app-deny', { policyIndex }) : buildHit({ policyIndex }),
  )
  const policies = { enforced: hits, pending: hits }
  const explanation: PolicyExplanation = {
    is: 'explained',
    direction: 'egress',
    enforced,
    pending: enforced,
    differences: [],
    says: { enforced: said('Allow'), pending: said('Allow') },
    inForce: { from: null, until: null },
    ...part,
  }
  render(<TraceTree flowKey={buildKey({ action: 'Allow', policies })} policies={explanation} />)
}

const texts = (elements: readonly HTMLElement[]) => elements.map(({ textContent }) => textContent)

test('a rule stands as it is written beside its hit, with its place and its conditions', () => {
  renderTrace([RULE])
  const figure = screen.getByRole('figure', { name: 'Rule as written' })
  expect(figure.textContent).toBe('Rule as writtenpolicies/app.yaml:12action: Allow\nprotocol: TCP')
  const conditions = within(screen.getByRole('list', { name: 'Conditions' })).getAllByRole('listitem')
  expect(texts(conditions)).toEqual([
    'protocol TCP holdsrecorded',
    "source selector app == 'web' holdsinferred",
    'source nets 10.0.0.0/8 not known: the address of the sourcecannot be said',
    'destination ports 81 does not holdrecorded',
  ])
  expect(screen.getByRole('region', { name: 'By the loaded policies' }).textContent).toBe(
    'By the loaded policies: Allow, as recorded inferred',
  )
})

test('the end of a tier shows the tier, and the policy that made it count', () => {
  const tier = { place: { ...PLACE, line: 2 }, text: 'kind: Tier' }
  const trigger = { kind: 'GlobalNetworkPolicy', namespace: '', name: 'app-deny', tier: 'app' } as const
  const end = { is: 'end of tier', trigger, triggerPlace: PLACE, conditions: [] } as const
  renderTrace([{ ...end, tier }])
  expect(screen.getByRole('figure', { name: 'Tier as written' }).textContent).toContain('policies/app.yaml:2')
  expect(screen.getByText(/which made the end count/).textContent).toContain('policies/app.yaml:12')
})

test('a hit whose rule is not loaded says so in words, and the flow that the policies differ', () => {
  renderTrace([STALE, RULE], {
    differences: [{ stage: 'enforced', hit: 0, why: 'with these policies it is Deny by app-deny rule 2' }],
    says: { enforced: said('Deny'), pending: said('unknown') },
  })
  expect(screen.getByRole('cell', { name: /^The loaded policies have no such hit/ }).textContent).toBe(
    'The loaded policies have no such hit: GlobalNetworkPolicy gone is not among them. ',
  )
  const verdict = screen.getByRole('region', { name: 'By the loaded policies' }).textContent
  expect(verdict).toContain('The loaded policies differ from those in force then.')
  expect(verdict).toContain('Enforced hit 1: with these policies it is Deny by app-deny rule 2.')
  expect(verdict).toContain('By the loaded policies: Deny allow-web rule 1 policies/app.yaml:12 inferred')
  expect(verdict).toContain('With the staged ones cannot be said: the address of the source')
})

test('a difference that stands at its hit is not said again below it', () => {
  renderTrace([STALE], {
    differences: [
      { stage: 'enforced', hit: 0, why: STALE.why },
      { stage: 'pending', hit: 0, why: 'with these policies it is Deny by app-deny rule 2' },
    ],
  })
  const verdict = screen.getByRole('region', { name: 'By the loaded policies' })
  expect(
    within(verdict)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual(['With staged policies, hit 1: with these policies it is Deny by app-deny rule 2.'])
})

test('a long rule is cut until the reader wants all of it', async () => {
  const text = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')
  renderTrace([{ ...RULE, rule: { place: PLACE, text } }])
  expect(screen.queryByText(/line 39/)).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: '26 more lines' }))
  expect(screen.getByText(/line 39/)).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Fewer lines' }))
  expect(screen.queryByText(/line 39/)).toBeNull()
})

test('in two columns a rule of both sides stands once, and other ones under their names', () => {
  const [allow, deny] = [buildHit(), buildHit({ name: 'lock', action: 'Deny', kind: 'StagedNetworkPolicy' })]
  const policies = { enforced: [allow], pending: [deny] }
  const explanation: PolicyExplanation = {
    is: 'explained',
    direction: 'egress',
    enforced: [RULE],
    pending: [{ ...RULE, rule: { place: { ...PLACE, line: 40 }, text: 'action: Deny' } }],
    differences: [],
    says: { enforced: said('Allow'), pending: said('Deny') },
    inForce: { from: null, until: null },
  }
  render(<TraceTree flowKey={buildKey({ action: 'Allow', policies })} policies={explanation} />)
  const figures = screen.getAllByRole('figure', { name: 'Rule as written' })
  expect(figures.map((figure) => within(figure).getByText(/^policies\/app.yaml:/).textContent)).toEqual([
    'policies/app.yaml:12',
    'policies/app.yaml:40',
  ])
})

test('an explanation of another trace, and of a flow without a reporter, marks no hit', () => {
  renderTrace([RULE], { enforced: [] })
  expect(screen.queryByRole('figure')).toBeNull()
  const key = buildKey()
  render(<TraceTree flowKey={key} policies={{ is: 'unreported' }} />)
  expect(screen.getByText(/does not say which end reported it/)).toBeTruthy()
})
