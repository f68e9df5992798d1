import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildFlow } from '../../flows/testing/build.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { type Explanation, explain } from './explain.ts'
import { GOLDEN_CASES, type GoldenCase, STORY } from '../testing/golden-cases.ts'
import { namesIn, oddKey } from '../testing/arbitrary-traces.ts'
import { partsText, plainText, type Statement } from '../words/statement.ts'

function explained(key: Partial<FlowKey>): Explanation {
  return explain(buildFlow(key))
}

function lines(statements: readonly Statement[], indent: string): string[] {
  return statements.map(({ certainty, parts }) => `${indent}${certainty.padEnd(8)} ${partsText(parts)}`)
}

function golden({ title, key, pending }: GoldenCase): string {
  const { headline, paragraph, pendingParagraph } = explained(key)
  const shown = [
    `# ${title}`,
    ...lines([headline, ...paragraph], ''),
    ...(pending ? lines(pendingParagraph, '  pending, ') : []),
  ]
  return shown.join('\n')
}

function statementsOf({ headline, paragraph, pendingParagraph }: Explanation): readonly Statement[] {
  return [headline, ...paragraph, ...pendingParagraph]
}

describe('the explanation of a flow', () => {
  test('is that of the golden file, for every combination', async () => {
    expect(GOLDEN_CASES.length).toBeGreaterThanOrEqual(120)
    expect(new Set(GOLDEN_CASES.map(({ title }) => title)).size).toBe(GOLDEN_CASES.length)
    await expect(`${GOLDEN_CASES.map(golden).join('\n\n')}\n`).toMatchFileSnapshot('explain.golden.txt')
  })

  test("tells the story's denial in three sentences", () => {
    const { headline, paragraph, pendingParagraph } = explained(STORY.key)
    expect([plainText([headline, ...paragraph]), plainText(pendingParagraph)]).toEqual([
      'Denied leaving: default/test could not open tcp 80 to backend/api-*. ' +
        'End of tier default: no rule allowed it. GlobalNetworkPolicy default-deny selects the source for egress, ' +
        "and no rule of the tier's policies that govern its egress matched.",
      'With the staged policies enforced the outcome is the same, because no rule would allow it either (end of tier ' +
        'default); the policy named differs (01-dns-clients-egress), which only says which policy of the tier is named ' +
        'first.',
    ])
  })

  test('has names, verdict and port as parts of their own', () => {
    const { headline } = explained(STORY.key)
    expect(headline.parts.filter(({ role }) => role !== 'plain')).toEqual([
      { text: 'Denied leaving:', role: 'verdict' },
      { text: 'default/test', role: 'code' },
      { text: 'tcp 80', role: 'strong' },
      { text: 'backend/api-*', role: 'code' },
    ])
  })

  test('never throws, and never names a policy that is not in the trace', () => {
    fc.assert(
      fc.property(oddKey, (key) => {
        const explanation = explained(key)
        const there = [...namesIn(key.policies ?? { enforced: [], pending: [] })]
        const told = statementsOf(explanation)
          .map(({ parts }) => partsText(parts))
          .join(' ')
        for (const [name] of told.matchAll(/policy-\d+/g)) {
          expect(there.some((held) => held === name || held.endsWith(`.${name}`))).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('always says something of both traces, in whole sentences', () => {
    fc.assert(
      fc.property(oddKey, (key) => {
        const { paragraph, pendingParagraph } = explained(key)
        for (const part of [paragraph, pendingParagraph]) {
          expect(part.length).toBeGreaterThan(0)
          for (const { parts } of part) expect(partsText(parts)).toMatch(/\.$/)
        }
      }),
    )
  })

  test('states a cause as recorded only when the last hit gives the verdict', () => {
    fc.assert(
      fc.property(oddKey, (key) => {
        const { action, policies } = key
        const last = policies?.enforced.toSorted((a, b) => a.policyIndex - b.policyIndex).at(-1)
        fc.pre(last?.action !== action || (action !== 'Allow' && action !== 'Deny'))
        expect(explained(key).paragraph.some(({ certainty }) => certainty === 'unknown')).toBe(true)
      }),
    )
  })

  test('never calls an empty pending trace the absence of a policy', () => {
    const { pendingParagraph, cannotTell } = explained({ policies: { enforced: [], pending: [] } })
    expect(pendingParagraph.map(({ certainty }) => certainty)).toEqual(['unknown'])
    expect(partsText(pendingParagraph[0]?.parts ?? [])).toContain('not computed')
    expect(cannotTell.map(({ what }) => what)).toContain('what the staged policies would do')
  })

  test('never shows a rule or an index below zero', () => {
    fc.assert(
      fc.property(oddKey, (key) => {
        for (const { parts } of statementsOf(explained(key))) {
          expect(partsText(parts)).not.toMatch(/(rule|index) (-|−|0\.5|NaN|Infinity)/)
        }
      }),
    )
  })
})
