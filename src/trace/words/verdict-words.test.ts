/** The words of the columns, tooltips and counters, each once: a change shows in the golden file. */
import { expect, test } from 'vitest'

import { ACTIONS, type Action, type PolicyHit, REPORTERS } from '../../flows/flow.ts'
import { buildFlow, buildHit } from '../../flows/testing/build.ts'
import { formatCount } from '../../lib/format.ts'
import {
  connectionCountWords,
  connectionWords,
  directionWords,
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

test.each([
  [0, 0, '0 in · 0 out'],
  [6, null, '6 in'],
  [null, 1200, '1,200 out'],
  [null, null, 'not recorded'],
])('%s packets in and %s out are in words: %s', (incoming, outgoing, words) => {
  expect(directionWords(incoming, outgoing, formatCount)).toBe(words)
})
