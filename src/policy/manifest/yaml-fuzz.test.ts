/** Files of three documents, of which the middle one is damaged: reading never throws, and the others stay. */
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readManifests } from './read-manifests.ts'
import { damagedDocument } from './testing/damaged-documents.ts'

const RUNS = 10_000
const BEFORE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: before-all }\n'
const AFTER = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: after-all
spec:
  ingress:
    - action: Allow
`

test(`${RUNS} damaged files are read`, { timeout: 120_000 }, () => {
  let refused = 0
  fc.assert(
    fc.property(damagedDocument, (middle) => {
      const text = `${BEFORE}---\n${middle}\n---\n${AFTER}`
      const { manifests, faults } = readManifests([{ name: 'a.yaml', text }])
      if (faults.length > 0) refused++
      expect(manifests.namespaces.map(({ name }) => name)).toContain('before-all')
      const policy = manifests.policies.find(({ name }) => name === 'after-all')
      const line = text.slice(0, text.length - AFTER.length).split('\n').length
      expect(policy?.place.line).toBe(line)
      expect(policy?.ingress?.[0]?.place.line).toBe(line + 6)
      for (const { place } of faults) expect(place.endLine).toBeGreaterThanOrEqual(place.line)
    }),
    { numRuns: RUNS },
  )
  // Else the damage does none.
  expect(refused).toBeGreaterThan(RUNS / 4)
})
