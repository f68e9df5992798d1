/** Files of three documents, of which the middle one is damaged: reading never throws, and the others stay. */
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { readManifests } from './read-manifests.ts'
import { STORY_FILES } from './testing/story-files.ts'

const RUNS = 10_000
const DOCUMENTS = STORY_FILES.flatMap(({ text }) => text.split(/^---\n/m).map((one) => one.slice(0, 1500)))
const BEFORE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: before-all }\n'
const AFTER = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: after-all
spec:
  ingress:
    - action: Allow
`

const snippet = fc.oneof(
  fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    ':',
    ': ',
    '- ',
    '&a ',
    '*a',
    '<<: ',
    '|\n',
    '>',
    '#',
    '!',
    '%',
    '@',
    '\t',
  ),
  fc.constantFrom(
    'null',
    '~',
    '{}',
    '[]',
    '-1',
    '1e99',
    '.nan',
    '.inf',
    '0x7f',
    'true',
    'global()',
    '65536',
    '\uFEFF',
    '\0',
  ),
  fc.constantFrom(
    '? ',
    '!!binary ',
    '!!str 1',
    '__proto__: 1\n',
    'constructor: {}\n',
    '\r',
    '\r\n',
    '\n',
    '\n\n  ',
    '\uD800',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
)
const mutation = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), snippet)
const damaged = fc
  .tuple(fc.constantFrom(...DOCUMENTS), fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([text, mutations]) =>
    mutations.reduce((current, [where, length, inserted]) => {
      const at = Math.floor(where * current.length)
      return current.slice(0, at) + inserted + current.slice(at + length)
    }, text),
  )

test(`${RUNS} damaged files are read`, { timeout: 120_000 }, () => {
  let refused = 0
  fc.assert(
    fc.property(damaged, (middle) => {
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
