/** What the terminal says of the story's default deny: the demo before it and after it, compared. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordLine } from '../../../src/capture/capture-writer.ts'
import { demoFlows } from '../../../src/demo/cluster.ts'
import type { DemoStep } from '../../../src/demo/demo-step.ts'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { compareText } from '../../testing/compare-text.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

const START = 1_790_000_100
const HALF_HOUR = 1800

function linesOf(step: DemoStep, from: number): string {
  return Array.from({ length: HALF_HOUR / BUCKET_SECONDS }, (_, i) =>
    demoFlows(from + i * BUCKET_SECONDS, step).map((flow) => recordLine(flow, null)),
  )
    .flat()
    .join('')
}

const before = linesOf('part-1', START)
const after = linesOf('default-deny', START + HALF_HOUR)

async function capture(content: string): Promise<string> {
  const path = join(await temporaryFolder(), 'lab.ndjson')
  await writeFile(path, content)
  return path
}

/** The lines of the output that say something of two ends, and their verdict and cause below. */
function groupIn(out: string, ends: string): string {
  const lines = out.split('\n')
  const at = lines.findIndex((line) => line.startsWith(`  ${ends}  `))
  const rest = lines.slice(at + 1)
  const end = rest.findIndex((line) => !line.startsWith('    '))
  return [lines[at], ...rest.slice(0, end === -1 ? undefined : end)].join('\n')
}

test('of two captures the text names who is newly denied, and the policy that denies', async () => {
  const { status, out, error } = await compareText([
    await capture(before),
    await capture(after),
    '--fail-on',
    'new-denials',
  ])
  expect({ status, error }).toEqual({ status: 1, error: '' })
  expect(out.slice(0, out.indexOf('\n  '))).toMatchInlineSnapshot(`
    "A: lab.ndjson, 2026-09-21T14:15:00Z to 2026-09-21T14:45:00Z, 7,361 records
    B: lab.ndjson, 2026-09-21T14:45:00Z to 2026-09-21T15:15:00Z, 5,436 records

    In B, 31 pairs are newly denied, all of them allowed before; 13 are decided by
    another rule.
    14 of 59 groups are as before, within what is usual for them (none has at least
    1.5 times as many or as few, at least 10, and more than chance explains). Counts
    are connections, A and B equally long.

    Flipped, 45 groups: seen in A and B, with another verdict or deciding rule"
  `)
  expect(groupIn(out, 'frontend/web → backend/api')).toMatchInlineSnapshot(`
    "  frontend/web → backend/api  tcp 80
        Allowed → Denied leaving, 2,128 → 726 (−66 %)
        was allowed by frontend/web-to-api rule 1 (Kubernetes NetworkPolicy, tier
          default)
        now denied by 00-default-deny (GlobalNetworkPolicy, tier default): no rule
          allowed it"
  `)
  expect(groupIn(out, 'frontend/web → kube-system/coredns')).toMatchInlineSnapshot(`
    "  frontend/web → kube-system/coredns  udp 53
        Allowed → Denied leaving, 1,730 → 732 (−58 %)
        was allowed by frontend/allow-dns rule 2 (Kubernetes NetworkPolicy, tier
          default)
        now denied by 00-default-deny (GlobalNetworkPolicy, tier default): no rule
          allowed it"
  `)
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
})

test('around the moment of the change, one capture says the same as two', async () => {
  const day = await capture(before + after)
  const [a, b] = [await capture(before), await capture(after)]
  const around = await compareText([day, '--around', String(START + HALF_HOUR)])
  const parts = `${START}..${START + HALF_HOUR}`
  const both = await compareText([`${day}@${parts}`, b])
  const two = await compareText([a, b])
  expect(around.out).toBe(two.out)
  expect(both.out).toBe(two.out)
})

test('back again, they are allowed now, and nothing is newly denied', async () => {
  const { status, out } = await compareText([
    await capture(after),
    await capture(before),
    '--fail-on',
    'new-denials',
  ])
  expect(status).toBe(0)
  expect(out).toMatch(/^In B, 31 pairs are allowed now/m)
})

test('JSON has each group with the policy that decides it on both sides', async () => {
  const filter = 'src.ns = frontend and dst.ns = kube-system'
  const argv = [await capture(before), await capture(after), '--format', 'json', '--filter', filter]
  const { out } = await compareText(argv)
  expect(JSON.parse(out)).toMatchInlineSnapshot(`
    {
      "a": {
        "from": "2026-09-21T14:15:00Z",
        "gaps": [],
        "matched": 240,
        "moreGaps": 0,
        "name": "lab.ndjson",
        "read": 7361,
        "recordSeconds": null,
        "recordedWith": [],
        "seconds": 1800,
        "to": "2026-09-21T14:45:00Z",
        "window": null,
      },
      "asBefore": {
        "a": 0,
        "b": 0,
        "groups": 0,
      },
      "b": {
        "from": "2026-09-21T14:45:00Z",
        "gaps": [],
        "matched": 120,
        "moreGaps": 0,
        "name": "lab.ndjson",
        "read": 5436,
        "recordSeconds": null,
        "recordedWith": [],
        "seconds": 1800,
        "to": "2026-09-21T15:15:00Z",
        "window": null,
      },
      "counts": {
        "denials-gone": 0,
        "flipped": 1,
        "gone-quiet": 0,
        "more-or-less": 0,
        "new-denials": 0,
        "new-talkers": 0,
      },
      "equallyLong": true,
      "filter": "src.ns = frontend and dst.ns = kube-system",
      "flowtraceComparison": 1,
      "footing": "None of 1 group is as before. Counts are connections, A and B equally long.",
      "groups": [
        {
          "a": {
            "action": "Allow",
            "connections": 1730,
            "decidedBy": [
              {
                "at": "all tiers passed",
                "kind": "Profile",
                "policy": "kns.kube-system",
                "reporter": "Dst",
                "text": "kns.kube-system all tiers passed",
                "tier": "",
              },
              {
                "at": "rule 2",
                "kind": "NetworkPolicy",
                "policy": "frontend/allow-dns",
                "reporter": "Src",
                "text": "default frontend/allow-dns rule 2",
                "tier": "default",
              },
            ],
            "records": 120,
            "reporter": "Dst",
            "verdict": "Allowed",
          },
          "b": {
            "action": "Deny",
            "connections": 732,
            "decidedBy": [
              {
                "at": "no rule allowed it",
                "kind": "GlobalNetworkPolicy",
                "policy": "00-default-deny",
                "reporter": "Src",
                "text": "default 00-default-deny no rule allowed it",
                "tier": "default",
              },
            ],
            "records": 120,
            "reporter": "Src",
            "verdict": "Denied leaving",
          },
          "beside": null,
          "change": "was allowed by frontend/allow-dns rule 2 (Kubernetes NetworkPolicy, tier default); now denied by 00-default-deny (GlobalNetworkPolicy, tier default): no rule allowed it",
          "destination": {
            "name": "coredns",
            "namespace": "kube-system",
          },
          "mayBeTooShort": false,
          "newlyDenied": true,
          "ports": [
            {
              "a": 1730,
              "b": 732,
              "port": 53,
              "proto": "udp",
            },
          ],
          "runsEvery": null,
          "scan": false,
          "section": "flipped",
          "source": {
            "name": "web",
            "namespace": "frontend",
          },
        },
      ],
      "headline": "In B, 1 pair is newly denied, which was allowed before.",
      "incomplete": null,
      "newlyDenied": 1,
      "refused": 0,
      "summedBy": null,
      "unit": "connections",
      "unknown": 0,
      "withoutVerdict": {
        "a": 0,
        "b": 0,
      },
    }
  `)
})

test('Markdown is what the page copies', async () => {
  const filter = 'src.ns = frontend and dst.ns = kube-system'
  const argv = [await capture(before), await capture(after), '--format', 'markdown', '--filter', filter]
  expect((await compareText(argv)).out).toMatchInlineSnapshot(`
    "### In B, **1 pair is newly denied**, which was allowed before.

    - A: lab.ndjson, 2026-09-21T14:15:00Z to 2026-09-21T14:45:00Z, 240 records
    - B: lab.ndjson, 2026-09-21T14:45:00Z to 2026-09-21T15:15:00Z, 120 records
    - Filter: \`src.ns = frontend and dst.ns = kube-system\`

    None of 1 group is as before. Counts are connections, A and B equally long.

    **Flipped**, 1 group: seen in A and B, with another verdict or deciding rule

    | A → B | Source → destination | Ports | A | B | What changed |
    |---|---|---|---|---|---|
    | Allowed → Denied leaving | frontend/web → kube-system/coredns | udp 53 | 1,730 | 732 | was allowed by frontend/allow-dns rule 2 (Kubernetes NetworkPolicy, tier default); now denied by 00-default-deny (GlobalNetworkPolicy, tier default): no rule allowed it |
    "
  `)
})
