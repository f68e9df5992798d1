import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEMO_STEP_NAMES, type DemoStep } from './demo-step.ts'
import { StepHistory } from './step-history.ts'

const steps = fc.constantFrom(...DEMO_STEP_NAMES)
/** Starts of buckets, in order. */
const acts = fc
  .array(fc.record({ step: steps, at: fc.integer({ min: 0, max: 300 }).map((bucket) => bucket * 15) }), {
    maxLength: 12,
  })
  .map((all) => all.toSorted((a, b) => a.at - b.at))

/** The history after these acts, each of which comes into force with the next bucket. */
function historyOf(start: DemoStep, all: readonly { step: DemoStep; at: number }[], hold: number) {
  return all.reduce(
    (history, { step, at }) => history.withStep(step, at + 15, at - hold),
    StepHistory.startingWith(start),
  )
}

test('each bucket has the step that was chosen last before it began, and keeps it', () => {
  fc.assert(
    fc.property(steps, acts, (start, all) => {
      const history = historyOf(start, all, Infinity)
      for (let bucket = -30; bucket < 5000; bucket += 15) {
        const chosen = all.findLast(({ at }) => at + 15 <= bucket)
        expect(history.stepAt(bucket)).toBe(chosen?.step ?? start)
      }
    }),
    { numRuns: 50 },
  )
})

test('what is too old is joined, and changes nothing of what is younger', () => {
  fc.assert(
    fc.property(steps, acts, (start, all) => {
      const HOUR = 3600
      const [whole, joined] = [historyOf(start, all, Infinity), historyOf(start, all, HOUR)]
      const last = all.at(-1)?.at ?? 0
      for (let bucket = last - HOUR; bucket < last + 60; bucket += 15)
        expect(joined.stepAt(bucket)).toBe(whole.stepAt(bucket))
      expect(joined.newest.step).toBe(whole.newest.step)
    }),
    { numRuns: 50 },
  )
})

test('the step that is in force already begins nothing', () => {
  const history = StepHistory.startingWith('dns').withStep('option-c', 30, -Infinity)
  expect(history.withStep('option-c', 60, -Infinity).newest).toEqual({ from: 30, step: 'option-c' })
  expect(history.withStep('dns', 30, -Infinity).newest).toEqual({ from: -Infinity, step: 'dns' })
})
