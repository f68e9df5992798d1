/**
 * Bounds every property test by time. Each mutant runs all tests that reach it, and a property of 3000 cases would be
 * run a thousand times: most faults show in the first cases. The seed is fixed, so that two runs score alike.
 */
import * as fc from 'fast-check'

const MAX_PROPERTY_MS = 100

fc.configureGlobal({
  seed: 1,
  // Shrinking a counterexample takes long, and nobody reads it here.
  endOnFailure: true,
  interruptAfterTimeLimit: MAX_PROPERTY_MS,
  markInterruptAsFailure: false,
})
