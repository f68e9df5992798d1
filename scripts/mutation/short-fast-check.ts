/**
 * Stands in for fast-check while mutants are tested: each runs all tests that reach it, so a property of 3000 cases
 * would be run a thousand times, and most faults show in the first cases. The seed is fixed, so that two runs score
 * alike. A limit of time instead of cases would take a busy machine for a noticed mutant.
 */
import * as fc from '../../node_modules/fast-check/lib/fast-check.js'

const MAX_CASES = 100

export * from '../../node_modules/fast-check/lib/fast-check.js'

/** As fast-check's, with at most {@link MAX_CASES} cases and without shrinking. */
export function assert<Values>(
  property: fc.IRawProperty<Values>,
  options: fc.Parameters<Values> = {},
): void | Promise<void> {
  return fc.assert(property, {
    ...options,
    seed: 1,
    endOnFailure: true,
    numRuns: Math.min(options.numRuns ?? MAX_CASES, MAX_CASES),
  })
}
