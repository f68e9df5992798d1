/**
 * The whole lab as it was when its traces were written by hand: the golden file was made of those, so that what the
 * evaluator computes is held to them, flow by flow.
 */
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import { demoFlows } from './cluster.ts'
import { flowText, keyWords } from './testing/flow-words.ts'

const START = 1_790_000_010
const hour = Array.from({ length: 240 }, (_, i) => demoFlows(START + i * BUCKET_SECONDS)).flat()

test('the computed lab is the one that was written by hand, flow by flow', async () => {
  const keys = [...new Set(hour.map(({ key }) => keyWords(key)))].sort()
  const digest = createHash('sha256').update(hour.map(flowText).join('\n')).digest('hex')
  const lines = [...keys, `${hour.length} flows in an hour, SHA-256 ${digest}`, '']
  await expect(lines.join('\n')).toMatchFileSnapshot('default-step.golden.txt')
})

test('the lab is what is shown unless another step is asked for', () => {
  expect(demoFlows(START, 'lab')).toEqual(demoFlows(START))
})
