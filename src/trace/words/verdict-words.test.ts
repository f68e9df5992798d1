/** The words of the columns, tooltips and counters, each once: a change shows in the golden file. */
import { expect, test } from 'vitest'

import { ACTIONS, type Action, type PolicyHit, REPORTERS } from '../../flows/flow.ts'
import { buildFlow, buildHit } from '../../flows/testing/build.ts'
import {
  connectionCountWords,
  connectionWords,
  hasTraffic,
  pendingWords,
  verdictWords,
} from './verdict-words.ts'

const VERDICTS: readonly Action[] = [...ACTIONS, 'Unknown(7)']
const UNCOUNTED = { numConnectionsStarted: null, numConnectionsCompleted: null, numConnectionsLive: null }
const COUNTS = [
  ['counted', { numConnectionsStarted: 476, numConnectionsCompleted: 476, numConnectionsLive: 0 }],
  ['one', { numConnectionsStarted: 1, numConnectionsCompleted: 1, numConnectionsLive: 1 }],
  ['in part', { ...UNCOUNTED, numConnectionsLive: 3 }],
  ['not recorded', UNCOUNTED],
] as const

function hitsThat(end: Action | 'none'): readonly PolicyHit[] {
  return end === 'none' ? [] : [buildHit({ action: end })]
}

function pendingLines(): readonly string[] {
  return VERDICTS.flatMap((action) =>
    (['Allow', 'Deny', 'Pass', 'none'] as const).flatMap((enforced) =>
      (['Allow', 'Deny', 'Pass', 'ActionUnspecified', 'none'] as const).map((pending) => {
        const { state, text, title } = pendingWords({
          action,
          policies: { enforced: hitsThat(enforced), pending: hitsThat(pending) },
        })
        return `${action}, enforced ${enforced}, pending ${pending}: ${state} | ${text} | ${title}`
      }),
    ),
  )
}

function countLines(): readonly string[] {
  return COUNTS.flatMap(([title, counts]) =>
    (['Allow', 'Deny'] as const).map((action) => {
      const flow = buildFlow({ action }, counts)
      const summed = connectionCountWords(action, flow.numConnectionsStarted)
      return `${title}, ${action}: ${connectionWords(action, flow)} | ${summed}`
    }),
  )
}

test('the words for verdicts, pending verdicts and connections are those of the golden file', async () => {
  const verdicts = VERDICTS.flatMap((action) =>
    [...REPORTERS, 'Unknown(3)' as const].map(
      (reporter) => `${action}, ${reporter}: ${verdictWords(action, reporter)}`,
    ),
  )
  const lines = [
    '# Verdicts',
    ...verdicts,
    '',
    '# Pending verdicts',
    ...pendingLines(),
    '',
    '# Connections',
    ...countLines(),
  ]
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('verdict-words.golden.txt')
})

test('traffic that was not recorded is told from traffic that was none', () => {
  const none = { packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 }
  expect(hasTraffic(buildFlow({}, none), 0)).toBe(false)
  expect(hasTraffic(buildFlow({}, none), 1_790_000_025)).toBe(true)
  expect(hasTraffic(buildFlow({}, { ...none, bytesIn: 1 }), 0)).toBe(true)
})
