import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { UNRECORDED } from '../flows/counters.ts'
import { buildFlow, buildHit } from '../flows/testing/build.ts'
import { STORY } from './testing/golden-cases.ts'
import { partsMarkdown, ticketMarkdown } from './markdown.ts'
import { oddKey } from './testing/arbitrary-traces.ts'
import { code, inferred, say, strong } from './words/statement.ts'

describe('the ticket in Markdown', () => {
  test('holds sentence, cause, trace, times, counters, labels and link', () => {
    const flow = buildFlow(STORY.key)
    const ticket = ticketMarkdown(flow, {
      counters: flow,
      firstSeen: flow.startTime,
      lastSeen: flow.endTime,
      link: 'http://127.0.0.1/?q=a b',
    })
    expect(ticket).toBe(
      [
        '### **Denied leaving:** `default/test` could not open **tcp 80** to `backend/api-*`.',
        '',
        'End of tier `default`: no rule allowed it. GlobalNetworkPolicy `default-deny` selects the source for egress, ' +
          "and no rule of the tier's policies that govern its egress matched.",
        '',
        'With the staged policies enforced the outcome is the same, because no rule would allow it either (end of tier ' +
          '`default`); the policy named differs (`01-dns-clients-egress`), which only says which policy of the tier is ' +
          'named first.',
        '',
        '| Tier | Enforced | If staged | |',
        '|---|---|---|---|',
        '| tier default | end of tier default: no rule allowed it, Deny, trigger GlobalNetworkPolicy default-deny, ' +
          'decides | end of tier default: no rule allowed it, would deny, trigger GlobalNetworkPolicy ' +
          '01-dns-clients-egress, would decide | other trigger |',
        '',
        'Tiers without a hit are not in the record: it does not say whether one had no policy here, or comes after the decision.',
        '',
        '- Seen: 2026-09-21T14:13:30Z to 2026-09-21T14:13:45Z',
        '- Connections: 2 refused',
        '- Traffic as the reporting end counts it: 6 packets (600 bytes) in, 8 packets (800 bytes) out',
        '- Service: `backend/api` port 80',
        '- Source labels: `app=web`',
        '- Destination labels: `app=api`',
        '- The record cannot tell: why no rule of the tier matched; whether default-deny is called default.default-deny in the ' +
          'cluster; what a staged deletion would do; what the ' +
          String.raw`destination decided; which pod behind backend/api-\*; the addresses; the source port; labels ` +
          'that are not listed; whether the packets were dropped in fact',
        '',
        '<http://127.0.0.1/?q=a%20b>',
        '',
      ].join('\n'),
    )
  })

  test('says what would allow it, after what happened', () => {
    const remedy = [inferred(say`To allow it: an ${strong('egress rule on')} ${code('a*b')}.`)]
    expect(ticketMarkdown(buildFlow(STORY.key), { remedy }).split('\n\n').slice(2, 5)).toEqual([
      expect.stringMatching(/^With the staged policies enforced/),
      '*Inferred:* To allow it: an **egress rule on** `a*b`.',
      expect.stringMatching(/^\| Tier/),
    ])
  })

  test.each([
    [{}, 'not recorded'],
    [{ packetsIn: 0, bytesIn: 0 }, '0 packets (0 bytes) in'],
    [{ packetsIn: 1, bytesOut: 2 }, '1 packet in, 2 bytes out'],
  ])('says which counters were recorded: with %j the traffic is %s', (recorded, traffic) => {
    const flow = buildFlow({}, { ...UNRECORDED, ...recorded })
    const lines = ticketMarkdown(flow, { counters: flow }).split('\n')
    expect(lines).toContain('- Connections: not recorded')
    expect(lines).toContain(`- Traffic as the reporting end counts it: ${traffic}`)
  })

  test('announces inferred statements', () => {
    const policies = {
      enforced: [buildHit({ kind: 'Profile', tier: '', name: 'kns.frontend' })],
      pending: [],
    }
    expect(ticketMarkdown(buildFlow({ policies }))).toContain('*Inferred:* No enforced policy selected')
  })

  test.each([
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['a\n# b', '`a⟨U+000A⟩# b`'],
  ])('keeps %j inside its code span', (text, expected) => {
    expect(partsMarkdown([code(text)])).toBe(expected)
  })

  test('gives every row of the trace the same cells, whatever the names hold', () => {
    fc.assert(
      fc.property(oddKey, fc.string(), (key, name) => {
        const hit = buildHit({ name, tier: name, policyIndex: 20 })
        const enforced = [...(key.policies?.enforced ?? []), hit]
        const ticket = ticketMarkdown(buildFlow({ ...key, policies: { enforced, pending: [hit] } }))
        const rows = ticket.split('\n').filter((line) => line.startsWith('| '))
        expect(rows.length).toBeGreaterThan(enforced.length)
        for (const row of rows) expect(row.replaceAll(/\\[^]/g, '').match(/\|/g)).toHaveLength(5)
      }),
    )
  })
})
