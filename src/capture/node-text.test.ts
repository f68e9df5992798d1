import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { POLICY_KINDS, type PolicyHit } from '../flows/flow.ts'
import { buildHit } from '../flows/testing/build.ts'
import { hitsOf } from './format/hits.ts'
import { prototextList } from './format/prototext.ts'
import { nodeText } from './testing/foreign-samples.ts'
import { line, readAll, whiskerRecord } from './testing/samples.ts'

describe('the text of calico-node -flows', () => {
  test('is read as complete flows with their policies', async () => {
    const { flows, refusals, format } = await readAll(nodeText())
    expect(refusals).toEqual([])
    expect(format).toBe('Text of calico-node -flows')
    expect(flows).toEqual([
      {
        key: {
          sourceName: 'web-6f7c9d5b8d-*',
          sourceNamespace: 'shop',
          sourceType: 'WorkloadEndpoint',
          destName: 'api-1-*',
          destNamespace: 'shop',
          destType: 'WorkloadEndpoint',
          destPort: 8080,
          destServiceName: 'api',
          destServiceNamespace: 'shop',
          destServicePortName: 'http',
          destServicePort: 80,
          proto: 'tcp',
          reporter: 'Src',
          action: 'Allow',
          policies: {
            enforced: [
              buildHit({
                kind: 'CalicoNetworkPolicy',
                namespace: 'shop',
                name: 'web',
                tier: 'platform',
                action: 'Pass',
                ruleIndex: 2,
              }),
              buildHit({ kind: 'Profile', name: 'kns.shop', tier: '', policyIndex: 1 }),
            ],
            pending: [],
          },
        },
        sourceLabels: [],
        destLabels: [],
        startTime: 1793613615,
        endTime: 1793613615,
        packetsIn: 1,
        bytesIn: 60,
        packetsOut: 2,
        bytesOut: 120,
        numConnectionsStarted: 3,
        numConnectionsCompleted: 4,
        numConnectionsLive: 5,
      },
    ])
  })

  test('may have a hit in each line, other records around it, and no newline at its end', async () => {
    const lined = nodeText(2).replaceAll('  - ', '\n  - ').replaceAll(/\n\n/g, '\n').trimEnd()
    const { flows, refusals } = await readAll(
      `${line(whiskerRecord())}${nodeText(1)}${line(whiskerRecord(3))}${lined}`,
    )
    expect(refusals).toEqual([])
    expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-*', 'api-1-*', 'api-3-*', 'api-2-*'])
    expect(flows[3]?.key.policies).toEqual(flows[1]?.key.policies)
  })

  test('may have networks for ends, and no service', async () => {
    const text = nodeText()
      .replace('wep(shop/web-6f7c9d5b8d-*)', 'net(-/pub)')
      .replace('Svc:shop/api', 'Svc:-/-')
      .replace('Svc:http/80', 'Svc:-/0')
    expect((await readAll(text)).flows).toMatchObject([
      {
        key: {
          sourceName: 'pub',
          sourceNamespace: '-',
          sourceType: 'Network',
          destServiceName: '-',
          destServicePortName: '-',
          destServicePort: 0,
        },
      },
    ])
  })

  test('that was cut off anywhere before its last line is one refusal, and costs no other flow', async () => {
    const whole = nodeText(1)
    const half = nodeText(2)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: half.indexOf('Pending:') }), async (length) => {
        const { flows, refused } = await readAll(whole + half.slice(0, length))
        expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-*'])
        expect(refused).toBe(half.slice(0, length).trim() === '' ? 0 : 1)
      }),
    )
  })

  test.each([
    ['Reporter=Src', 'Reporter', 8, 'Time is '],
    ['(8080)', '(80800)', 9, 'Proto is 80800, not a port'],
    ['Src={wep', 'Src={pod', 9, 'Src is "pod", not wep, hep, ns, net or unknown'],
    ['1Pkts', '-1Pkts', 10, 'Counts is '],
    ['action:Pass', 'action:Pas', 11, 'Enforced is "Unknown(Pas)", not a policy hit'],
    ['name:"web"', 'name:"web', 11, 'Enforced is '],
    ['  Pending:\n', '', 8, 'Pending is missing'],
    ['rule_index:2', 'rule_index:2.5', 12, 'Enforced.rule_index is '],
  ])('with something senseless in it is refused with its line: %s', async (from, to, at, reason) => {
    const { flows, refusals } = await readAll(nodeText(1) + nodeText(2).replace(from, to) + nodeText(3))
    expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-*', 'api-3-*'])
    expect(refusals).toMatchObject([{ line: at, reason: expect.stringContaining(reason) }])
  })
})

const anyHit: fc.Arbitrary<PolicyHit> = fc.record({
  kind: fc.constantFrom(...POLICY_KINDS),
  namespace: fc.string({ unit: 'grapheme' }),
  name: fc.string({ unit: 'grapheme' }),
  tier: fc.string(),
  action: fc.constantFrom('Allow', 'Deny', 'Pass'),
  policyIndex: fc.nat({ max: 99 }),
  ruleIndex: fc.integer({ min: -1, max: 99 }),
  trigger: fc.constant(null),
})

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`
}

/** A hit as Go's prototext has it, which omits zeros, with `blank` between its members. */
function printed(hit: PolicyHit, blank: string): string {
  const members = [
    `kind:${hit.kind}`,
    ...(hit.namespace === '' ? [] : [`namespace:${quoted(hit.namespace)}`]),
    ...(hit.name === '' ? [] : [`name:${quoted(hit.name)}`]),
    ...(hit.tier === '' ? [] : [`tier:${quoted(hit.tier)}`]),
    `action:${hit.action}`,
    ...(hit.policyIndex === 0 ? [] : [`policy_index:${hit.policyIndex}`]),
    ...(hit.ruleIndex === 0 ? [] : [`rule_index:${hit.ruleIndex}`]),
    ...(hit.trigger === null ? [] : [`trigger:{${printed(hit.trigger, blank)}}`]),
  ]
  return members.join(blank)
}

describe("Go's text of policy hits", () => {
  test('is read back, whatever its spaces and its names', () => {
    const hits = fc.array(fc.tuple(anyHit, fc.option(anyHit)).map(([hit, trigger]) => ({ ...hit, trigger })))
    fc.assert(
      fc.property(hits, fc.constantFrom(' ', '  '), (list, blank) => {
        const text = list.map((hit) => `  - ${printed(hit, blank)}`).join('')
        const expected = list.toSorted((a, b) => a.policyIndex - b.policyIndex)
        expect(hitsOf(prototextList(text, 'x'), 'x')).toEqual(expected)
      }),
    )
  })

  test('may have escapes for bytes, numbers for enums, and other brackets', () => {
    const text = String.raw`- kind:12 name:"\303\244\x41\u00e9\t\"" trigger <kind: Profile>`
    expect(prototextList(text, 'x')).toEqual([{ kind: 12, name: 'äAé\t"', trigger: { kind: 'Profile' } }])
  })

  test.each(['kind:Profile', '- kind', '- kind:', '- trigger:{kind:Profile', '- }', `- ${'a:{'.repeat(99)}`])(
    'is refused when it is broken: %s',
    (text) => {
      expect(() => prototextList(text, 'Enforced')).toThrow(/^Enforced is /)
    },
  )
})
