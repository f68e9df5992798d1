/** The manifests are valid by the published schemas, and have no field that the schemas do not know. */
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hasSchema, schemaFault, typeFaults } from './testing/kubernetes-schema.ts'
import { deployFolder, find, readManifests } from './testing/manifests.ts'

/** Every manifest that a user applies, and what the chart makes. */
const FILES = readdirSync(deployFolder, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) =>
    /^(clickhouse|flowtrace[\w-]*|chart\/rendered\/[\w-]+|(?:setup|calico|monitoring)\/[\w-]+)\.yaml$/.test(
      file,
    ),
  )
  .toSorted()

const known = FILES.flatMap((file) => readManifests(file).map((manifest) => ({ file, manifest }))).filter(
  ({ manifest }) => hasSchema(manifest),
)

test('there are manifests to check', () => {
  expect(known.length).toBeGreaterThan(70)
})

test.each(
  known.map(({ file, manifest }) => [file, manifest.kind, manifest.metadata.name, manifest] as const),
)('%s: %s %s has values that the schema allows', async (_file, _kind, _name, manifest) => {
  expect(await schemaFault(manifest)).toBeNull()
})

test('no manifest has a field that the types do not know', () => {
  expect(typeFaults(known.map(({ manifest }) => manifest))).toBe('')
})

describe('a wrong manifest', () => {
  const service = find(readManifests('flowtrace.yaml'), 'Service')

  test('with a wrong value is refused', async () => {
    const wrong = { ...service, spec: { ports: [{ port: 'http' }] } }
    expect(await schemaFault(wrong)).toContain('spec/ports/0/port')
  })

  test('with a misspelt field is refused', () => {
    const wrong = { ...service, spec: { sesionAffinity: 'None' } }
    expect(typeFaults([wrong])).toContain('sesionAffinity')
  })

  test('of an unknown kind is refused', async () => {
    expect(await schemaFault({ ...service, kind: 'Servise' })).toBe('v1 has no kind Servise')
  })
})
