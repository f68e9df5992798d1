import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'

import { buildFlow } from '../flows/testing/build.ts'
import { openWriter, recordLine } from './capture-writer.ts'
import { positionsOfBlob } from './scan/positioned-bytes.ts'
import { line, protojsonFlow, readAll } from './testing/samples.ts'
import { zipEntries } from './zip-entries.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

async function zipOf(
  files: Files,
  options: { readonly password?: string } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false, ...options })
  for (const [name, content] of Object.entries(files)) {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
    await zip.add(name, new Uint8ArrayReader(bytes))
  }
  return new Uint8Array(await (await zip.close()).arrayBuffer())
}

const at = (n: number, destName: string) =>
  recordLine(buildFlow({ destName }, { startTime: 1_793_613_600 + 15 * n, endTime: 1_793_613_615 + 15 * n }))
const names = (flows: readonly { key: { destName: string } }[]) => flows.map(({ key }) => key.destName)
const reasons = (refusals: readonly { reason: string }[]) => refusals.map(({ reason }) => reason)

async function parquetOf(destName: string): Promise<Buffer> {
  const writer = await openWriter('parquet')
  const flow = buildFlow({ destName }, { startTime: 1_793_613_600, endTime: 1_793_613_615 })
  return Buffer.concat([writer.record(flow, null), writer.end()].map((part) => Buffer.from(part)))
}

describe('a zip', () => {
  test('gives the captures in it on one clock, in every format', async () => {
    const bytes = await zipOf({
      'a/first.ndjson': at(1, 'b') + at(3, 'd'),
      'second.ndjson.gz': gzipSync(at(2, 'c')),
      'third.parquet': await parquetOf('a'),
    })
    const { flows, refusals } = await readAll(bytes)
    expect(names(flows)).toEqual(['a', 'b', 'c', 'd'])
    expect(refusals).toEqual([])
    const positions = positionsOfBlob(new Blob([bytes]))
    expect((await readAll(bytes, [], { positions })).flows).toEqual(flows)
  })

  test('keeps unknown members, and names the file of a refusal', async () => {
    const bytes = await zipOf({ 'in.ndjson': `${line({ flow: { ...protojsonFlow(), novelty: 1 } })}oops\n` })
    const { unknownMembers, refusals } = await readAll(bytes, [], { keepUnknownMembers: true })
    expect(unknownMembers).toEqual([{ flow: { novelty: 1 } }])
    expect(refusals).toMatchObject([{ file: 'in.ndjson', line: 2 }])
  })

  test('leaves out what is no capture by name, and what a bundle has beside its capture without a word', async () => {
    const { flows, refusals } = await readAll(
      await zipOf({
        'README.md': '# Incident\n',
        'view.json': '{"query":"action = deny"}',
        '__MACOSX/._a': 'x',
        'notes.txt': 'hello\n',
        'picture.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47),
        'flows.ndjson': at(1, 'a'),
      }),
    )
    expect(names(flows)).toEqual(['a'])
    expect(reasons(refusals)).toEqual([
      'In this zip are 2 files without a record of a flow: notes.txt, picture.png',
    ])
  })

  test('passes over the policies of a bundle, but not over captures in a folder of that name', async () => {
    const policies = { 'b/policies/a.yaml': 'kind: Tier\n', 'b/policies/flows.ndjson': at(1, 'a') }
    const bundle = await zipOf({
      'b/view.json': '{}',
      'b/c.ndjson': at(2, 'b'),
      'b/policies.json': '{}',
      ...policies,
    })
    const { flows, refusals } = await readAll(bundle)
    expect([names(flows), refusals]).toEqual([['b'], []])
    expect(names((await readAll(await zipOf(policies))).flows)).toEqual(['a'])
  })

  test('without any capture says why, file by file', async () => {
    const { flows, refusals } = await readAll(
      await zipOf({ 'a.txt': 'hello\n', 'b.zip': await zipOf({ a: 'b' }) }),
    )
    expect(flows).toEqual([])
    expect(refusals).toMatchObject([
      { file: 'a.txt', line: 1 },
      {
        file: 'b.zip',
        reason: 'This file is a zip archive inside another file; Flowtrace cannot look into it',
      },
      { reason: 'In this zip are 2 files without a record of a flow: a.txt, b.zip' },
    ])
    expect(reasons((await readAll(await zipOf({}))).refusals)).toEqual(['This zip holds no files'])
  })

  test('that is encrypted says so', async () => {
    const { refusals } = await readAll(await zipOf({ 'a.ndjson': at(1, 'a') }, { password: 'secret' }))
    expect(reasons(refusals)[0]).toBe('This file in the zip: it is encrypted')
  })

  test.each([
    ['cut off', (bytes: Uint8Array) => bytes.subarray(0, -30)],
    ['a beginning alone', () => Uint8Array.of(0x50, 0x4b, 3, 4)],
  ])('that is %s is refused', async (_, damage) => {
    const { flows, refusals } = await readAll(damage(await zipOf({ 'a.ndjson': at(1, 'a') })))
    expect(flows).toEqual([])
    expect(reasons(refusals)).toEqual([
      expect.stringMatching(/^This zip cannot be read: it is damaged or cut off/),
    ])
  })

  test('with a damaged file gives what stands before the damage, and the other files', async () => {
    const many = Array.from({ length: 4000 }, (_, i) => at(i, `api-${(i * 7919) % 20_011}`)).join('')
    const bytes = await zipOf({ 'a.ndjson': many, 'b.ndjson': at(0, 'other') })
    bytes.fill(0xff, 40_000, 40_040)
    const { flows, refusals } = await readAll(bytes)
    expect(names(flows)).toContain('other')
    expect(flows.length).toBeGreaterThan(200)
    expect(flows.length).toBeLessThan(4001)
    expect(reasons(refusals)).toContainEqual(
      expect.stringMatching(/^This file in the zip: it is damaged or cut off/),
    )
  })

  test('whose reading fails throws that error, which is no damage', async () => {
    const bytes = await zipOf({ 'a.ndjson': at(1, 'a') })
    const positions = { size: bytes.length, read: () => Promise.reject(new Error('gone')) }
    await expect(readAll(bytes, [], { positions })).rejects.toThrow('gone')
  })

  test('ends with its signal', async () => {
    const bytes = await zipOf({ 'a.ndjson': at(1, 'a').repeat(5000) })
    const signal = AbortSignal.abort(new Error('stopped'))
    await expect(readAll(bytes, [], { signal })).rejects.toThrow('stopped')
  })
})

test('the files of a zip are listed with their names and sizes', async () => {
  const bytes = await zipOf({ 'a/b.txt': 'hello', 'c.txt': '' })
  const entries = await zipEntries(positionsOfBlob(new Blob([bytes])))
  expect(entries).toMatchObject([
    { name: 'a/b.txt', plainSize: 5 },
    { name: 'c.txt', plainSize: 0 },
  ])
})

test('a file in a zip that expands too far is read up to its limit', async () => {
  const bytes = await zipOf({ 'bomb.ndjson': new Uint8Array(5_000_000) })
  const limits = { ratioAppliesFrom: 1_000_000, ratio: 50, plainBytes: 2 ** 40 }
  const [entry] = await zipEntries(positionsOfBlob(new Blob([bytes])), limits)
  const losses: string[] = []
  let plain = 0
  for await (const chunk of entry?.read((reason) => losses.push(reason)) ?? []) plain += chunk.length
  expect(plain).toBeLessThan(1_500_000)
  expect(losses).toEqual([expect.stringMatching(/^it is too dense or too long for a capture: /)])
})
