/** What `flowtrace check` prints for each format, and its exit statuses. */
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { writeFlow } from '../../../src/capture/write.ts'
import type { Flow, FlowKey } from '../../../src/flows/flow.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../../../src/flows/testing/build.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { CheckFlows } from './check-flows.ts'
import { parsePolicyCommand } from './policy-options.ts'
import { runCheck } from './run-check.ts'
import { storyFolder } from '../../testing/story-folder.ts'

const OPTION_B = ['00-default-deny', '01-dns', 'option-b'] as const
const OPTION_C = ['00-default-deny', '01-dns', 'option-c-tiers'] as const

const DNS: Partial<FlowKey> = {
  sourceNamespace: 'frontend',
  sourceName: 'web',
  destNamespace: 'kube-system',
  destName: 'coredns',
  destPort: 53,
  proto: 'udp',
}
const WEB: Partial<FlowKey> = { sourceName: 'web', destName: 'api' }
const TEST: Partial<FlowKey> = {
  sourceNamespace: 'default',
  sourceName: 'test',
  destName: 'api',
  reporter: 'Dst',
  action: 'Deny',
}

function recorded(key: Partial<FlowKey>, rest: Partial<Omit<Flow, 'key'>> = {}): Flow {
  return buildFlow(key, { sourceLabels: [], destLabels: [], ...rest })
}

async function captureOf(...flows: readonly Flow[]): Promise<string> {
  const path = join(await temporaryFolder(), 'day.ndjson')
  await writeFile(path, flows.map((flow) => `${writeFlow(flow)}\n`).join(''))
  return path
}

function sink(write: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _, done) {
      write(chunk.toString())
      done()
    },
  })
}

async function check(argv: readonly string[], stdin = '') {
  const command = parsePolicyCommand('check', argv)
  if (command.command !== 'check') throw new Error('no check')
  let [out, error] = ['', '']
  const status = await runCheck(command, {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: sink((text) => (out += text)),
    stderr: sink((text) => (error += text)),
  })
  return { status, out, error }
}

/** Option B becomes option C, whose tier swallows lookups. */
async function storyArguments(...more: readonly string[]): Promise<readonly string[]> {
  const [before, after] = [await storyFolder(...OPTION_B), await storyFolder(...OPTION_C)]
  const lookup = buildHit({ name: '01-dns-clients-egress', tier: 'default' })
  const capture = await captureOf(
    recorded({ ...DNS, policies: { enforced: [lookup], pending: [] } }),
    recorded({ ...DNS, policies: { enforced: [lookup], pending: [] } }, { numConnectionsStarted: 3 }),
    recorded({ ...WEB, policies: { enforced: [], pending: [] } }),
    recorded({ ...TEST, policies: { enforced: [buildEndOfTier('00-default-deny')], pending: [] } }),
  )
  return ['--policies', after, '--against', before, '--capture', capture, ...more]
}

function policyOfNets(nets: string, extra = ''): string {
  return (
    `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: p, namespace: a }\n` +
    `spec:\n  types: [Egress]\n  egress:\n    - { action: Allow, destination: { nets: [${nets}] } }\n${extra}`
  )
}

async function folderOf(text: string): Promise<string> {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'p.yaml'), text)
  return folder
}

describe('check', () => {
  test('names the flows that change, the rules of before and after, and their traffic', async () => {
    expect(await check(await storyArguments())).toMatchInlineSnapshot(`
      {
        "error": "",
        "out": "allow-to-deny: frontend/web → kube-system/coredns udp/53 (egress)
        before Allow GlobalNetworkPolicy 01-dns-clients-egress rule 1  (01-dns.yaml:10)
        after  Deny end of tier app, for GlobalNetworkPolicy app-frontend-to-backend  (option-c-tiers.yaml:11)
        5 connections, 2.8 kB, 2 records

      1 allow-to-deny, 0 deny-to-allow, 0 unknown; of 3 flows in 4 records.
      ",
        "status": 0,
      }
    `)
  })

  test('as Markdown is a table for a comment', async () => {
    expect((await check(await storyArguments('--format', 'markdown'))).out).toMatchInlineSnapshot(`
      "### Policy check

      | change | flow | before | after | traffic |
      | --- | --- | --- | --- | --- |
      | allow-to-deny | frontend/web → kube-system/coredns udp/53 (egress) | Allow GlobalNetworkPolicy 01-dns-clients-egress rule 1 (01-dns.yaml:10) | Deny end of tier app, for GlobalNetworkPolicy app-frontend-to-backend (option-c-tiers.yaml:11) | 5 connections, 2.8 kB, 2 records |

      1 allow-to-deny, 0 deny-to-allow, 0 unknown; of 3 flows in 4 records.
      "
    `)
  })

  test('as JSON has all that is known', async () => {
    const { out } = await check(await storyArguments('--format', 'json'))
    expect(JSON.parse(out)).toMatchInlineSnapshot(`
      {
        "changes": [
          {
            "after": {
              "deciders": [
                {
                  "place": {
                    "column": 1,
                    "endLine": 20,
                    "file": "option-c-tiers.yaml",
                    "line": 11,
                  },
                  "text": "Deny end of tier app, for GlobalNetworkPolicy app-frontend-to-backend",
                },
              ],
              "verdict": "Deny",
            },
            "before": {
              "deciders": [
                {
                  "place": {
                    "column": 7,
                    "endLine": 14,
                    "file": "01-dns.yaml",
                    "line": 10,
                  },
                  "text": "Allow GlobalNetworkPolicy 01-dns-clients-egress rule 1",
                },
              ],
              "verdict": "Allow",
            },
            "bytes": 2800,
            "connections": 5,
            "destination": "kube-system/coredns",
            "difference": null,
            "direction": "egress",
            "kind": "allow-to-deny",
            "missing": [],
            "port": "udp/53",
            "records": 2,
            "source": "frontend/web",
          },
        ],
        "summary": {
          "allow-to-deny": 1,
          "contradicted": 0,
          "deny-to-allow": 0,
          "flows": 3,
          "leftOut": 0,
          "records": 4,
          "unknown": 0,
          "unreported": 0,
        },
      }
    `)
  })

  test('as JUnit’s XML has a test case for each change', async () => {
    const named = ['--format', 'junit', '--fail-on', 'allow-to-deny']
    expect(await check(await storyArguments(...named))).toMatchInlineSnapshot(`
      {
        "error": "",
        "out": "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="2" failures="1">
        <testsuite name="flowtrace check" tests="2" failures="1">
          <testcase classname="allow-to-deny" name="frontend/web → kube-system/coredns udp/53 (egress)"><failure message="allow-to-deny">before: Allow GlobalNetworkPolicy 01-dns-clients-egress rule 1; after: Deny end of tier app, for GlobalNetworkPolicy app-frontend-to-backend; connections: 5, bytes: 2800, records: 2</failure></testcase>
          <testcase classname="unchanged" name="all other verdicts (of 3 flows)"/>
        </testsuite>
      </testsuites>
      ",
        "status": 1,
      }
    `)
  })

  test('as SARIF has a place in the file of the rule', async () => {
    const argv = await storyArguments('--format', 'sarif', '--fail-on', 'unknown')
    const { status, out } = await check(argv)
    expect(status).toBe(0)
    const folder = argv[1] ?? ''
    expect(JSON.parse(out.replaceAll(encodeURI(folder), 'policies'))).toMatchInlineSnapshot(`
      {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [
          {
            "results": [
              {
                "level": "warning",
                "locations": [
                  {
                    "physicalLocation": {
                      "artifactLocation": {
                        "uri": "policies/option-c-tiers.yaml",
                      },
                      "region": {
                        "startColumn": 1,
                        "startLine": 11,
                      },
                    },
                  },
                ],
                "message": {
                  "text": "frontend/web → kube-system/coredns udp/53 (egress): before: Allow GlobalNetworkPolicy 01-dns-clients-egress rule 1; after: Deny end of tier app, for GlobalNetworkPolicy app-frontend-to-backend; connections: 5, bytes: 2800, records: 2",
                },
                "ruleId": "allow-to-deny",
              },
            ],
            "tool": {
              "driver": {
                "name": "flowtrace",
                "rules": [
                  {
                    "id": "allow-to-deny",
                    "shortDescription": {
                      "text": "Traffic that was allowed is denied by the policies.",
                    },
                  },
                  {
                    "id": "deny-to-allow",
                    "shortDescription": {
                      "text": "Traffic that was denied is allowed by the policies.",
                    },
                  },
                  {
                    "id": "unknown",
                    "shortDescription": {
                      "text": "Whether the verdict of traffic changes depends on what its records do not tell.",
                    },
                  },
                ],
              },
            },
          },
        ],
        "version": "2.1.0",
      }
    `)
  })

  test.each([
    [[], 0],
    [['--fail-on', 'allow-to-deny'], 1],
    [['--fail-on', 'deny-to-allow,unknown'], 0],
    [['--fail-on', 'unknown', '--fail-on', 'allow-to-deny'], 1],
  ])('with %j ends with %i', async (more, status) => {
    expect((await check(await storyArguments(...more))).status).toBe(status)
  })

  test('compares with the recorded verdicts where no policies of before are given', async () => {
    const after = await storyFolder('00-default-deny')
    const capture = await captureOf(
      recorded(WEB),
      recorded({ ...WEB, action: 'Deny', policies: { enforced: [], pending: [] } }),
      recorded({ ...WEB, reporter: 'ReporterUnspecified' }),
    )
    const { out } = await check(['--policies', after, '--capture', capture])
    expect(out).toMatchInlineSnapshot(`
      "allow-to-deny: frontend/web → backend/api tcp/80 (egress)
        before Allow GlobalNetworkPolicy allow-all rule 1
        after  Deny end of tier default, for GlobalNetworkPolicy 00-default-deny  (00-default-deny.yaml:1)
        2 connections, 1.4 kB, 1 record

      1 allow-to-deny, 0 deny-to-allow, 0 unknown; of 2 flows in 3 records.
      1 flow without a reporter, not checked.
      "
    `)
  })

  test('says what is not known, unless a recorded trace tells it', async () => {
    const hit = buildHit({ kind: 'CalicoNetworkPolicy', namespace: 'a', name: 'p' })
    const out: Partial<FlowKey> = {
      sourceNamespace: 'a',
      destType: 'Network',
      destName: 'pub',
      destNamespace: '-',
      policies: { enforced: [hit], pending: [] },
    }
    const capture = await captureOf(recorded(out))
    const before = await folderOf(policyOfNets('1.0.0.0/8'))
    const compare = async (text: string) =>
      (await check(['--policies', await folderOf(text), '--against', before, '--capture', capture])).out
    // The rule that matched is there as it was, after one that says the same, and no more.
    expect(await compare(policyOfNets('1.0.0.0/8', '    - { action: Deny }\n'))).toMatchInlineSnapshot(`
      "0 allow-to-deny, 0 deny-to-allow, 0 unknown; of 1 flow in 1 record.
      "
    `)
    expect(await compare(policyOfNets('1.2.0.0/16'))).toMatchInlineSnapshot(`
      "unknown: a/web-* → pub tcp/80 (egress)
        before Allow CalicoNetworkPolicy a/p rule 1  (p.yaml:7)
        after  unknown: one of
          Allow CalicoNetworkPolicy a/p rule 1  (p.yaml:7)
          Deny end of tier default, for CalicoNetworkPolicy a/p  (p.yaml:1)
        not known: the address of the destination
        2 connections, 1.4 kB, 1 record

      0 allow-to-deny, 0 deny-to-allow, 1 unknown; of 1 flow in 1 record.
      "
    `)
  })

  test('says that a trace was recorded under other policies', async () => {
    const [before, after] = [await storyFolder('00-default-deny'), await storyFolder()]
    const denied = recorded({ ...WEB, action: 'Allow' })
    const capture = await captureOf(denied)
    const { out } = await check(['--policies', after, '--against', before, '--capture', capture])
    expect(out).toMatchInlineSnapshot(`
      "deny-to-allow: frontend/web → backend/api tcp/80 (egress)
        before Deny end of tier default, for GlobalNetworkPolicy 00-default-deny  (00-default-deny.yaml:1)
        after  Allow profile kns.frontend
        recorded under other policies than those of --against: GlobalNetworkPolicy allow-all is not among the policies that were loaded
        2 connections, 1.4 kB, 1 record

      0 allow-to-deny, 1 deny-to-allow, 0 unknown; of 1 flow in 1 record.
      1 flow recorded with another verdict than --against gives.
      "
    `)
  })

  test('ends with 2 for a manifest that is refused', async () => {
    const argv = await storyArguments('--fail-on', 'allow-to-deny')
    await appendFile(join(argv[1] ?? '', 'cluster.yaml'), '---\nkind: [\n')
    const { status, error } = await check(argv)
    expect(status).toBe(2)
    expect(error).toMatch(/^cluster\.yaml:\d+:\d+: refused/)
  })

  test('reads standard input', async () => {
    const argv = ['--policies', await storyFolder('00-default-deny'), '--capture', '-']
    const { out } = await check(argv, `${writeFlow(recorded(WEB))}\n`)
    expect(out).toContain('1 allow-to-deny, 0 deny-to-allow, 0 unknown; of 1 flow in 1 record.')
    await expect(check(argv)).rejects.toThrow(new UsageError('There are no flows in standard input'))
  })

  test('takes staged policies as enforced with --staged', async () => {
    const staged = policyOfNets('10.0.0.0/8').replace('kind: N', 'kind: StagedN')
    const line = writeFlow(recorded({ ...WEB, sourceNamespace: 'a' }))
    const { out } = await check(['--policies', await folderOf(staged), '--capture', '-', '--staged'], line)
    expect(out).toContain('Allow StagedNetworkPolicy a/p rule 1')
  })

  test('never prints control characters of names', async () => {
    const capture = await captureOf(recorded({ ...WEB, destName: 'a\u001B[31m<b>|"&' }))
    const policies = await storyFolder('00-default-deny')
    for (const format of ['text', 'json', 'junit', 'sarif', 'markdown']) {
      // oxlint-disable-next-line no-await-in-loop -- in order
      const { out } = await check(['--policies', policies, '--capture', capture, '--format', format])
      // oxlint-disable-next-line no-control-regex
      expect(out).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
      if (format === 'junit') expect(out).toContain('a⟨U+001B⟩[31m&lt;b&gt;|&quot;&amp;')
      if (format === 'markdown') expect(out).toContain(String.raw`\|`)
    }
  })

  test.each([
    [['--policies', 'p'], 'check wants --capture'],
    [['--capture', 'c'], 'check wants --policies'],
    [['--policies', 'p', '--capture', 'c', '--against', ''], 'check wants --against'],
    [['--policies', 'p', '--capture', 'c', '--against', 'b', '--staged'], 'not with --against'],
    [['--policies', 'p', '--capture', '-', '--capture', 'c'], 'standard input alone'],
    [['--policies', 'p', '--capture', 'c', '--fail-on', 'deny'], '--fail-on wants allow-to-deny'],
    [['--policies', 'p', '--capture', 'c', '--format', 'xml'], '--format wants'],
    [['--policies', 'p', '--capture', 'c', 'd'], 'options only'],
  ])('refuses %j', (argv, why) => {
    expect(() => parsePolicyCommand('check', argv)).toThrow(why)
  })
})

test('records beyond the bound on keys are counted', () => {
  const flows = new CheckFlows(1)
  for (const key of [WEB, WEB, DNS]) flows.add(recorded(key))
  expect({ leftOut: flows.leftOut, sums: flows.sums.map(({ records }) => records) }).toEqual({
    leftOut: 1,
    sums: [2],
  })
})
