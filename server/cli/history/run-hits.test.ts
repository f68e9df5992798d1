import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { HitsAnswer } from '../../../src/wire/history-hits.ts'
import { buildFlow, buildHit } from '../../../src/flows/testing/build.ts'
import { storeFlows } from '../../history/testing/store-flows.ts'
import { MemoryHistory } from '../../history/testing/memory-history.ts'
import { UsageError } from '../../lib/usage-error.ts'
import { historyCommand, openingOf } from '../../testing/history-command.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'

const HOUR = 3600
/** A full hour. */
const T = 1_793_613_600
const POLICY = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: web }
spec:
  types: [Egress]
  egress:
    - action: Allow
      protocol: UDP
    - action: Log
    - action: Deny
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: forgotten }
spec:
  types: [Ingress]
  ingress: [{ action: Allow }]
`
const hit = (name: string, ruleIndex: number, action: 'Allow' | 'Deny') =>
  buildHit({ kind: 'GlobalNetworkPolicy', namespace: '', name, ruleIndex, action })

async function hits(hours: readonly number[], ...argv: readonly string[]) {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'web.yaml'), POLICY)
  const store = new MemoryHistory()
  const enforced = [hit('web', 0, 'Allow')]
  const other = [hit('other', 1, 'Deny')]
  const flows = hours.flatMap((hour) => {
    const times = { startTime: T + hour * HOUR, endTime: T + hour * HOUR + 15 }
    return [
      buildFlow({ policies: { enforced, pending: enforced } }, times),
      buildFlow({ action: 'Deny', policies: { enforced: other, pending: other } }, times),
    ]
  })
  await storeFlows(store, 'prod', flows)
  await store.addGap('prod', { from: T + 2 * HOUR, to: T + 3 * HOUR, cause: 'The gateway did not run' })
  const range = ['--history', '/nowhere', '--from', String(T), '--to', String(T + 4 * HOUR)]
  const place = argv.includes('-') ? [] : range
  return (stdin = '') =>
    historyCommand(openingOf(store), ['hits', '--policies', folder, ...place, ...argv], { stdin })
}

test('says which rules were hit, which were not, and of what time', async () => {
  const { status, out } = await (await hits([0, 1, 3]))()
  expect(status).toBe(0)
  expect(out).toBe(`Hits from 2026-11-02T10:00:00Z to 2026-11-02T14:00:00Z
3 of 4 hours have records, from 2026-11-02T10:00:00Z to 2026-11-02T14:00:00Z.
  Without any: 1 between them.
Gap from 2026-11-02T12:00:00Z to 2026-11-02T13:00:00Z: The gateway did not run.

Not hit in what was recorded of this time: 2 of 4 rules, and of 1 policy none at all
  GlobalNetworkPolicy forgotten, tier default: no rule of it
    ingress rule 1, Allow  (web.yaml:17)
  GlobalNetworkPolicy web, tier default
    egress rule 3, Deny  (web.yaml:10)

Hit
  GlobalNetworkPolicy web, tier default
    egress rule 1, Allow  (web.yaml:7), last 2026-11-02T13:00:15Z, 3 records

Not known
  GlobalNetworkPolicy web, tier default, egress rule 2, Log  (web.yaml:9): a
    rule that logs goes on with the next one and is in no trace

Hits of policies that were not loaded
  GlobalNetworkPolicy other, tier default, egress rule 2, Deny, last 2026-11-02T13:00:15Z, 3 records
`)
})

test('says that all was recorded where it was', async () => {
  const { out } = await (await hits([0, 1], '--to', String(T + 2 * HOUR)))()
  expect(out).toContain('All 2 hours have records.\n')
  expect(out).toContain('\nNot hit in this time: 2 of 4 rules')
})

test('says that nothing is known where nothing was recorded', async () => {
  const { out } = await (await hits([9]))()
  expect(out).toContain('None of the 4 hours has records: nothing is known.')
})

test('fails on a rule that was not hit when it is asked to', async () => {
  expect((await (await hits([0], '--fail-on', 'not-hit'))()).status).toBe(1)
})

test('is JSON, too', async () => {
  const { out } = await (await hits([0], '--format', 'json'))()
  expect(JSON.parse(out)).toMatchObject({
    flowtraceHits: 1,
    isWhole: false,
    recorded: { first: '2026-11-02T10:00:00Z', hours: 1, ofHours: 4 },
    policies: [
      {
        name: 'web',
        isUnused: false,
        rules: [
          { numbers: [1, 1], is: 'hit', hit: { last: '2026-11-02T10:00:15Z', records: 1 } },
          { is: 'not known' },
          { is: 'not hit', hit: null },
        ],
      },
      { name: 'forgotten', isUnused: true },
    ],
  })
})

test('reads what a gateway answered', async () => {
  const answer: HitsAnswer = {
    from: T,
    to: T + HOUR,
    recorded: { first: T, last: T + HOUR, hours: 1, ofHours: 1 },
    gaps: [],
    hits: [
      { reporter: 'Src', stage: 'enforced', hit: hit('web', 2, 'Deny'), first: T, last: T + 15, records: 7 },
    ],
    omitted: 0,
    incomplete: null,
  }
  const { out } = await (await hits([], '-'))(JSON.stringify(answer))
  expect(out).toContain('egress rule 3, Deny  (web.yaml:10), last 2026-11-02T10:00:15Z, 7 records')
  await expect((await hits([], '-'))('{"say":"no"}')).rejects.toThrow(UsageError)
})

test.each([
  [['hits'], '--policies'],
  [['hits', '--policies', 'a'], 'wants --history, or one file'],
  [['hits', '--policies', 'a', '-', '--from', 'now-1h'], '--from needs --history'],
  [['hits', '--policies', 'a', '-', '--history', 'b'], 'wants --history, or one file'],
  [['hits', '--policies', 'a', '--history', 'b', '--from', 'now', '--to', 'now-1h'], 'before --to'],
  [['hits', '--policies', 'a', '--history', 'b', '--fail-on', 'hit'], 'not-hit'],
])('refuses %j', async (argv, words) => {
  const running = historyCommand(openingOf(new MemoryHistory()), argv)
  await expect(running).rejects.toThrow(words)
})
