import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

import { writeFlow } from '../../capture/write.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { holdsObjects, isManifest } from './manifest-text.ts'

const STORY = `${import.meta.dirname}/../../policy/testing/story`

test.each(readdirSync(STORY))('%s is recognised by what is in it', async (name) => {
  const text = readFileSync(`${STORY}/${name}`, 'utf8')
  expect(await isManifest(new File([text], 'no ending'))).toBe(true)
})

test.each([
  '{"apiVersion":"v1","items":[{"apiVersion":"projectcalico.org/v3","kind":"Tier"}],"kind":"List"}',
  '---\r\nkind: Tier\r\napiVersion: projectcalico.org/v3\r\n',
  '{\n  "kind": "Tier",\n  "apiVersion": "projectcalico.org/v3"\n}',
  "'apiVersion': 'v1'\n'kind': 'Pod'",
  'kind: Tier\napiVersion: projectcalico.org/v3\nspec: [not closed',
])('Kubernetes objects: %j', (text) => {
  expect(holdsObjects(text)).toBe(true)
})

test.each([
  '',
  'kind: Tier',
  'dear diary, apiVersion is what kind of a word?',
  '{"policies":{"enforcedPolicies":[{"kind":"CalicoNetworkPolicy","name":"a"}]}}',
])('no Kubernetes objects: %j', (text) => {
  expect(holdsObjects(text)).toBe(false)
})

test('a capture is none, and a file that ends in .yaml is one whatever is in it', async () => {
  const capture = writeFlow(buildFlow())
  expect(await isManifest(new File([capture], 'flows.json'))).toBe(false)
  expect(await isManifest(new File(['values: 1'], 'Values.YAML'))).toBe(true)
})
