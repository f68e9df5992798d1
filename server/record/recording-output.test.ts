import { readFile, stat, writeFile, open } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordLine } from '../../src/capture/capture-writer.ts'
import { unzstd } from '../../src/capture/scan/zstd.ts'
import { readAll } from '../../src/capture/testing/samples.ts'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { canWriteZstd, type Compression } from '../lib/compressors.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { FileSink } from './byte-sink.ts'
import { RecordingOutput, type CaptureOutputOptions } from './recording-output.ts'
import { FileExistsError, RotatedFiles } from './output-files.ts'

const HEADER = '{"flowtrace":{}}'

function outputTo(files: CaptureOutputOptions['files'], options: Partial<CaptureOutputOptions> = {}) {
  return new RecordingOutput({
    files,
    compression: 'none',
    maxBytes: Infinity,
    header: () => HEADER,
    ...options,
  })
}

/** Those that this version of Node can write. */
const COMPRESSIONS = (['none', 'gzip', 'zstd'] as const).filter((each) => each !== 'zstd' || canWriteZstd())

async function linesOf(path: string, compression: Compression): Promise<string[]> {
  const text = await unpacked(await readFile(path), compression)
  expect(text.endsWith('\n')).toBe(true)
  return text.trimEnd().split('\n')
}

async function unpacked(bytes: Buffer, compression: Compression): Promise<string> {
  if (compression === 'none') return bytes.toString()
  if (compression === 'gzip') return gunzipSync(bytes).toString()
  const parts: Uint8Array[] = []
  for await (const part of unzstd(once(bytes), (loss) => expect(loss).toBeUndefined())) parts.push(part)
  return Buffer.concat(parts).toString()
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield new Uint8Array(bytes)
}

test('however lines are committed, the files have them in order, each file with its first line, none too long', async () => {
  const folder = await temporaryFolder()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.string({ maxLength: 30, unit: 'grapheme-ascii' }), { maxLength: 8 }), {
        maxLength: 8,
      }),
      fc.constantFrom(...COMPRESSIONS),
      fc.integer({ min: 100, max: 1000 }),
      async (commits, compression, maxBytes) => {
        const files = await RotatedFiles.open(join(folder, String(runs++)), 1000)
        const output = outputTo(files, { compression, maxBytes })
        for (const lines of commits) {
          for (const line of lines) output.addRecord(JSON.stringify(line), 15)
          await output.commit()
        }
        await output.close()
        const written: string[] = []
        for (const path of files.kept) {
          const [header, ...lines] = await linesOf(path, compression)
          expect(header).toBe(HEADER)
          written.push(...lines)
          const { size } = await stat(path)
          // Its first batch may be longer than a file.
          expect(size <= maxBytes || lines.length <= 8).toBe(true)
        }
        const all = commits.flat().map((line) => JSON.stringify(line))
        expect(written).toEqual(all)
        expect(output.counts.records).toBe(all.length)
      },
    ),
    { numRuns: 60 },
  )
})

test('without rotation a recording ends before its file grows too long', async () => {
  const path = join(await temporaryFolder(), 'flows')
  const output = outputTo(await RotatedFiles.open(path, 1), { maxBytes: 100 })
  for (let n = 0; !output.isFull; n++) {
    output.addRecord(`{"line":${n},"text":"${'x'.repeat(20)}"}`, 15)
    await output.commit()
  }
  await output.close()
  expect((await stat(path)).size).toBeLessThanOrEqual(100)
  expect(await linesOf(path, 'none')).toHaveLength(output.counts.records + 1)
})

const withZstd = canWriteZstd() ? 'with zstd' : `with zstd (Node ${process.version} cannot write it)`

test.skipIf(!canWriteZstd())(
  `${withZstd}, a file that was cut anywhere by a kill has every batch that was whole`,
  async () => {
    const path = join(await temporaryFolder(), 'flows.zst')
    const output = outputTo(await RotatedFiles.open(path, 1), { compression: 'zstd' })
    const whole: { readonly bytes: number; readonly records: number }[] = []
    for (let n = 0; n < 6; n++) {
      for (let i = 0; i < 40; i++)
        output.addRecord(recordLine(buildFlow({ destName: `api-${n}-${i}` })).trimEnd(), 15)
      await output.commit()
      whole.push({ bytes: output.counts.bytes, records: output.counts.records })
    }
    const bytes = await readFile(path)
    await output.close()
    for (let cut = 1; cut < bytes.length; cut += 37) {
      const { flows } = await readAll(bytes.subarray(0, cut))
      const kept = whole.findLast((batch) => batch.bytes <= cut)?.records ?? 0
      expect(flows.length).toBeGreaterThanOrEqual(kept)
    }
  },
)

test('rotation keeps the newest files, counts those that it removes, and takes no name that is in use', async () => {
  const path = join(await temporaryFolder(), 'flows')
  await writeFile(`${path}.2`, 'mine')
  const files = await RotatedFiles.open(path, 2)
  const output = outputTo(files, { maxBytes: 40 })
  for (const line of ['"first record of all"', '"second record of all"', '"third record of all"']) {
    output.addRecord(line, 15)
    await output.commit()
  }
  await output.close()
  expect(files.kept).toEqual([`${path}.1`, `${path}.3`])
  expect(files.removed).toBe(1)
  expect(await readFile(`${path}.2`, 'utf8')).toBe('mine')
  expect(await linesOf(`${path}.3`, 'none')).toEqual([HEADER, '"third record of all"'])
  await expect(stat(path)).rejects.toThrow('ENOENT')
})

test('a file that has something in it is not written over; an empty one is', async () => {
  const path = join(await temporaryFolder(), 'flows')
  await writeFile(path, '')
  await outputTo(await RotatedFiles.open(path, 1)).close()
  expect(await readFile(path, 'utf8')).toBe(`${HEADER}\n`)
  await expect(RotatedFiles.open(path, 1)).rejects.toThrow(FileExistsError)
})

test('a disk that is full half-way leaves the lines of before, all whole', async () => {
  const path = join(await temporaryFolder(), 'flows')
  const file = await open(path, 'wx')
  const room = { bytes: 60 }
  const sink = new FileSink({
    write: async (bytes, at, length, position) => {
      if (room.bytes === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      const result = await file.write(bytes, at, Math.min(length, room.bytes), position)
      room.bytes -= result.bytesWritten
      return result
    },
    truncate: (size) => file.truncate(size),
    close: () => file.close(),
  })
  const output = outputTo({ next: async () => sink })
  output.addRecord('"one"', 15)
  await output.commit()
  output.addRecord(`"${'x'.repeat(100)}"`, 15)
  await expect(output.commit()).rejects.toThrow('no space left')
  await output.abandon()
  expect(await readFile(path, 'utf8')).toBe(`${HEADER}\n"one"\n`)
  expect(output.counts.records).toBe(1)
})
