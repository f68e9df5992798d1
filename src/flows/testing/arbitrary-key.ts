/** Arbitrary keys for property tests. */
import * as fc from 'fast-check'

import type { FlowKey } from '../flow.ts'
import { buildEndOfTier, buildHit, buildKey } from './build.ts'

const HITS = [
  buildHit({ kind: 'CalicoNetworkPolicy', namespace: 'backend', name: 'api', tier: 'app' }),
  buildHit({ kind: 'GlobalNetworkPolicy', name: 'pass-on', tier: 'security', action: 'Pass' }),
  buildHit({ kind: 'Profile', name: 'kns.backend', tier: '' }),
  buildEndOfTier('default-deny'),
  buildEndOfTier('app-deny', { tier: 'app', action: 'Pass' }),
]

const arbitraryHits = fc
  .subarray(HITS)
  .map((hits) => hits.map((hit, policyIndex) => ({ ...hit, policyIndex })))

/** Few values per field, so that keys often coincide and filters often match. */
export const arbitraryKey: fc.Arbitrary<FlowKey> = fc
  .record({
    sourceName: fc.constantFrom('web-*', 'pub', 'pvt', ''),
    sourceNamespace: fc.constantFrom('frontend', '-', 'Global'),
    destName: fc.constantFrom('api-*', 'web-*', 'pub'),
    destNamespace: fc.constantFrom('backend', 'back', 'Global'),
    destPort: fc.constantFrom(80, 443),
    proto: fc.constantFrom('tcp', 'udp'),
    reporter: fc.constantFrom('Src', 'Dst'),
    action: fc.constantFrom('Allow', 'Deny'),
    policies: fc.record({ enforced: arbitraryHits, pending: arbitraryHits }),
  })
  .map((key) => buildKey(key))
