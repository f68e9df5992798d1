import { BlobReader, ZipWriter, type ZipWriterAddDataOptions } from '@zip.js/zip.js/lib/zip-core-custom.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { readBundle } from './bundle-reader.ts'
import { policyFiles } from './bundled-policies.ts'
import { type BundlePolicy, writePolicyList } from './policy-list.ts'
import type { PoliciesOfBundle } from './policy-reader.ts'
import { writeViewFile } from './view-file.ts'
import { zipOf } from './zip-writer.ts'

const VIEW = writeViewFile({ tool: 'flowtrace 1', view: '', columns: null, notes: '' })
const { signal } = new AbortController()
const TIER = 'kind: Tier\n'

type Entry = readonly [name: string, content: string, options?: ZipWriterAddDataOptions]

/** A bundle with further files. */
async function zip(entries: readonly Entry[], folder = ''): Promise<Blob> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>()
  const blob = new Response(readable).blob()
  const writer = new ZipWriter(writable, { useWebWorkers: false, extendedTimestamp: false })
  const files: readonly Entry[] = [['view.json', VIEW], ['capture.ndjson.gz', 'records'], ...entries]
  for (const [name, content, options] of files)
    await writer.add(folder + name, new BlobReader(new Blob([content])), options)
  await writer.close()
  return blob
}

async function policiesIn(blob: Blob): Promise<PoliciesOfBundle> {
  const reading = await readBundle(blob, signal)
  if (reading?.ok !== true) throw new Error('the bundle did not open')
  expect(await reading.capture.text()).toBe('records')
  return reading.policies()
}

async function written(policies: readonly BundlePolicy[]): Promise<Blob> {
  const files = [
    { name: 'view.json', content: new Blob([VIEW]) },
    { name: 'capture.ndjson.gz', content: new Blob(['records']) },
    ...policyFiles(policies),
  ]
  return zipOf(files, 0, signal)
}

const text = fc.string({ unit: 'grapheme', maxLength: 200 }).filter((each) => !each.startsWith('\uFEFF'))
const policy: fc.Arbitrary<BundlePolicy> = fc
  .record({
    name: fc.oneof(fc.constantFrom('a.yaml', 'A.yaml', '../a.yaml', 'a'), fc.string({ maxLength: 40 })),
    text,
    from: fc.option(fc.nat(2_000_000_000), { nil: undefined }),
    lasts: fc.option(fc.nat(100_000), { nil: undefined }),
  })
  .map(({ name, text: content, from, lasts }) => ({
    name,
    text: content,
    ...(from === undefined ? {} : { from }),
    ...(lasts === undefined ? {} : { until: (from ?? 0) + lasts }),
  }))

describe('the policies of a bundle', () => {
  test('come back as they were loaded, with names and times', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(policy, { maxLength: 12 }), async (policies) => {
        expect(await policiesIn(await written(policies))).toEqual({ documents: policies, problems: [] })
      }),
      { numRuns: 60 },
    )
  })

  test('are found in a bundle that was packed again with its folder', async () => {
    const list = writePolicyList([{ path: 'b/a.yaml', name: 'x', from: 5 }])
    const again = await zip(
      [
        ['policies.json', list],
        ['policies/b/a.yaml', TIER, { level: 9 }],
      ],
      'incident/',
    )
    expect(await policiesIn(again)).toEqual({ documents: [{ name: 'x', text: TIER, from: 5 }], problems: [] })
  })

  test('are none without a word in a bundle of before', async () => {
    expect(await policiesIn(await zip([]))).toEqual({ documents: [], problems: [] })
  })
})

describe('what is wrong with them is said, and the rest opens:', () => {
  const LISTED = [
    { path: 'a.yaml', name: 'a' },
    { path: 'b.yaml', name: 'b' },
  ]
  const B: Entry = ['policies/b.yaml', TIER]

  async function problemsWith(entries: readonly Entry[], documents = 1): Promise<readonly string[]> {
    const policies = await policiesIn(await zip(entries))
    expect(policies.documents).toHaveLength(documents)
    return policies.problems
  }

  test('a file that is missing, and one that is not in the list', async () => {
    const list: Entry = ['policies.json', writePolicyList(LISTED)]
    expect(await problemsWith([list, B, ['policies/c.yaml', TIER]])).toEqual([
      'policies/a.yaml: is missing',
      'policies/: 1 file of it not in policies.json',
    ])
  })

  test('a file that is encrypted', async () => {
    const list: Entry = ['policies.json', writePolicyList(LISTED)]
    expect(await problemsWith([list, ['policies/a.yaml', TIER, { password: 'secret' }], B])).toEqual([
      'policies/a.yaml: is encrypted',
    ])
  })

  test('a file whose bytes are damaged', async () => {
    const list: Entry = ['policies.json', writePolicyList(LISTED)]
    const blob = await zip([list, ['policies/a.yaml', 'kind: Broken\n', { level: 0 }], B])
    const bytes = new Uint8Array(await blob.arrayBuffer())
    const at = Buffer.from(bytes).indexOf('Broken')
    bytes[at] = 0x58
    const { documents, problems } = await policiesIn(new Blob([bytes]))
    expect(documents).toEqual([{ name: 'b', text: TIER }])
    expect(problems).toEqual([expect.stringMatching(/^policies\/a\.yaml: cannot be unpacked/)])
  })

  test.each(['../b.yaml', '/b.yaml', String.raw`..\b.yaml`, 'x/../../b.yaml'])(
    'a path that leads out of the folder: %s',
    async (path) => {
      const list = writePolicyList([
        { path, name: 'evil' },
        { path: 'b.yaml', name: 'b' },
      ])
      const problems = await problemsWith([['policies.json', list], [`policies/${path}`, TIER], B])
      expect(problems[0]).toMatch(/^policies\.json: files\[0\]\.file: ".*" is not inside the folder/)
    },
  )

  test.each([
    ['{', /JSON.*, so no policies are loaded$/],
    ['{"format": "other"}', /format is not "flowtrace-policies", so/],
    ['{"format": "flowtrace-policies", "version": 2}', /version 2 is not 1, which this Flowtrace reads, so/],
    ['{"format": "flowtrace-policies", "version": 1}', /files: is no list, so/],
  ])('the list %s', async (list, say) => {
    const problems = await problemsWith([['policies.json', list], B], 0)
    expect(problems).toEqual([expect.stringMatching(say)])
  })

  test('no list at all', async () => {
    expect(await problemsWith([B], 0)).toEqual(['policies.json: is missing, so no policies are loaded'])
  })

  test.each([
    ['3', ': is no object'],
    ['{"file": 3}', '.file: 3 is no text'],
    ['{"file": "a.yaml"}', '.name: nothing is no text'],
    ['{"file": "a.yaml", "name": "a", "from": "x"}', '.from: "x" is no time in Unix seconds'],
    ['{"file": "a.yaml", "name": "a", "until": null}', '.until: null is no time in Unix seconds'],
    ['{"file": "a.yaml", "name": "a", "from": 3, "until": 2}', '.until: is before from'],
  ])('the entry %s', async (entry, say) => {
    const good = '{"file": "b.yaml", "name": "b"}'
    const list = `{"format": "flowtrace-policies", "version": 1, "files": [${entry}, ${good}]}`
    expect(await problemsWith([['policies.json', list], B])).toEqual([`policies.json: files[0]${say}`])
  })

  test('many of them are counted', async () => {
    const files = Array.from({ length: 20 }, (_, n) => ({ path: `${n}.yaml`, name: '' }))
    const problems = await problemsWith([['policies.json', writePolicyList(files)]], 0)
    expect(problems).toHaveLength(6)
    expect(problems.at(-1)).toBe('and 15 more problems with its policies')
  })

  test('more files than are loaded together, one file of the zip listed again and again', async () => {
    const files = Array.from({ length: 10_001 }, () => ({ path: 'b.yaml', name: 'b' }))
    const problems = await problemsWith([['policies.json', writePolicyList(files)], B], 0)
    expect(problems).toEqual([
      'policies/: 10,001 files of policies with 110 kB are more than are loaded together',
    ])
  })
})
