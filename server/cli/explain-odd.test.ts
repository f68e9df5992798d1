/** What `flowtrace explain` prints of records that contradict themselves, that are traces alone, and that hold control characters. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { writeFlow } from '../../src/capture/write.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../../src/flows/testing/build.ts'
import { hasHidden } from '../../src/lib/visible-text.ts'
import { explainText } from '../testing/explain-text.ts'

async function explained(content: string, ...argv: readonly string[]): Promise<string> {
  const { out, error } = await explainText(content, ['-', ...argv])
  return out + error
}

function line(flow: Flow): string {
  return `${writeFlow(flow)}\n`
}

/** The explained signatures of the JSON output. */
async function signaturesOf(content: string): Promise<readonly unknown[]> {
  const parsed: unknown = JSON.parse(await explained(content, '--format', 'json'))
  if (typeof parsed !== 'object' || parsed === null || !('signatures' in parsed))
    throw new Error('no signatures')
  return Array.isArray(parsed.signatures) ? parsed.signatures : []
}

describe('a trace alone', () => {
  const trace = JSON.stringify({ enforced: [buildEndOfTier('default-deny')], pending: [] })

  test('is explained, and is a denial for --fail-on-deny', async () => {
    const out = await explained(trace)
    expect(out).toContain('Inferred: Denied: so says the last enforced hit of this trace')
    expect(out).toContain('End of tier default: no rule allowed it. GlobalNetworkPolicy default-deny selects')
    expect(out).toContain('connections not recorded in 1 record, without times')
  })

  test('has no counters in JSON and Markdown, rather than zeros', async () => {
    expect(await signaturesOf(trace)).toMatchObject([
      {
        verdict: 'Denied',
        port: null,
        packetsIn: null,
        bytesOut: null,
        numConnectionsStarted: null,
        source: { namespace: 'not recorded', name: 'not recorded' },
      },
    ])
    const ticket = await explained(trace, '--format', 'markdown')
    expect(ticket).toContain('- Connections: not recorded')
    expect(ticket).toContain('- Traffic as the reporting end counts it: not recorded')
  })
})

test.each([
  ['contradicts the verdict', buildHit(), 'the last enforced hit says Allow, the record itself Deny'],
  ['ends in Pass', buildHit({ action: 'Pass' }), 'the enforced trace ends in Pass'],
])('a trace that %s has no decider in any output', async (_, hit, why) => {
  const content = line(buildFlow({ action: 'Deny', policies: { enforced: [hit], pending: [] } }))
  expect(await signaturesOf(content)).toMatchObject([
    {
      verdict: 'Denied leaving',
      decidedBy: { tier: null, kind: null, policy: null, at: 'not known', text: `not known: ${why}` },
    },
  ])
  expect(await explained(content)).toContain('What decided is not known')
  const ticket = await explained(content, '--format', 'markdown')
  expect(ticket).toContain(`what decided is not known: ${why}`)
  expect(ticket).not.toContain(', decides')
})

test('a denied connection is refused, and never completed', async () => {
  const denied = buildFlow({ action: 'Deny' }, { numConnectionsStarted: 476, numConnectionsCompleted: 476 })
  expect(await explained(line(denied))).toContain('  476 connections refused in 1 record')
  const ticket = await explained(line(denied), '--format', 'markdown')
  expect(ticket).toContain('- Connections: 476 refused\n')
})

test('one packet of one byte is not plural', async () => {
  const flow = buildFlow({}, { packetsIn: 1, bytesIn: 1 })
  expect(await explained(line(flow), '--format', 'markdown')).toContain('1 packet (1 byte) in, 8 packets')
})

test('no output has a control character of a record', async () => {
  const nasty = fc
    .array(
      fc.constantFrom('\u{1B}[2J', '\u{7}', '\u{9B}1m', '\u{202E}', '\u{2066}', '\u{200B}', '\n', '\t', 'a'),
      {
        minLength: 1,
      },
    )
    .map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(nasty, async (name) => {
      const hit = { ...buildHit({ name, namespace: name, tier: name }), policyIndex: 1 }
      const end = buildEndOfTier(name, { tier: name, action: 'Pass' })
      const flow = buildFlow(
        {
          sourceName: name,
          sourceNamespace: name,
          destName: name,
          destNamespace: name,
          destServiceName: name,
          destServiceNamespace: name,
          proto: name,
          policies: { enforced: [end, hit], pending: [hit] },
        },
        { sourceLabels: [`${name}=${name}`], destLabels: [name] },
      )
      for (const format of ['text', 'json', 'markdown']) {
        const out = await explained(line(flow), '--format', format)
        expect(hasHidden(out.replaceAll('\n', ''))).toBe(false)
      }
      expect(await signaturesOf(line(flow))).toMatchObject([
        { policies: { enforced: [{ tier: name }, { name }] } },
      ])
    }),
    { numRuns: 25 },
  )
})
