/** What `flowtrace explain` does with files that change, end or break while it reads them, and with odd names of files. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, unlinkSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { writeFlow } from '../../src/capture/write.ts'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { hasHidden } from '../../src/lib/visible-text.ts'
import { explainText } from '../testing/explain-text.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { parseExplain } from './explain-options.ts'
import { runExplain } from './run-explain.ts'

const RECORD = `${writeFlow(buildFlow())}\n`

/** Runs the command on a file; `onRefusal` is called when the first refusal is printed, while the file is being read. */
async function explain(
  path: string,
  { onRefusal = () => {}, stdin = Readable.from([]) }: { onRefusal?: () => void; stdin?: Readable } = {},
) {
  const command = parseExplain([path])
  if (command.command !== 'explain') throw new Error('that is a call for help')
  const stdout = new PassThrough()
  const out = text(stdout)
  let error = ''
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (error === '') onRefusal()
      error += chunk.toString()
      done()
    },
  })
  const status = await runExplain(command, { stdin, stdout, stderr })
  stdout.end()
  return { status, out: await out, error }
}

/** A file whose first line is refused, and whose records are more than what is read ahead. */
async function longFile(): Promise<string> {
  const path = join(await temporaryFolder(), 'flows.jsonl')
  await writeFile(path, `{"broken\n${RECORD.repeat(2000)}`)
  return path
}

describe('a file', () => {
  test('that grows while it is read is read up to where it then ends', async () => {
    const path = await longFile()
    const more = () => appendFileSync(path, RECORD.repeat(3) + RECORD.slice(0, 50))
    const { status, out, error } = await explain(path, { onRefusal: more })
    expect(status).toBe(0)
    expect(out).toContain('in 2,003 records; 2 refused.')
    expect(error).toContain('The file was cut off in the middle of a record, 50 bytes')
  })

  test('that is removed while it is read is read to its end', async () => {
    const path = await longFile()
    const { status, out } = await explain(path, { onRefusal: () => unlinkSync(path) })
    expect(status).toBe(0)
    expect(out).toContain('in 2,000 records; 1 refused.')
  })

  test('that may be a FIFO is read until its writer closes it', async () => {
    const path = join(await temporaryFolder(), 'flows.fifo')
    execFileSync('mkfifo', [path])
    const writing = writeFile(path, RECORD.repeat(3))
    expect((await explain(path)).out).toContain(
      'flows.fifo: 0 denied, 1 allowed, counted by port, in 3 records.',
    )
    await writing
  })

  test('that cannot be read to its end is explained as far as it was, with status 2', async () => {
    const failing = Readable.from(
      (function* () {
        yield Buffer.from(RECORD.repeat(2))
        throw Object.assign(new Error('EIO: i/o error, read'), { errno: -5, code: 'EIO' })
      })(),
    )
    const { status, out, error } = await explain('-', { stdin: failing })
    expect(status).toBe(2)
    expect(out).toContain('in 2 records.')
    expect(error).toBe('standard input: cannot be read any further (EIO); what was read is explained\n')
  })

  test('that is a folder without files cannot be read', async () => {
    await expect(explain(await temporaryFolder())).rejects.toThrow('There are no files in')
  })

  test.each([
    ['empty', ''],
    ['one of zeros', '\0'.repeat(100_000)],
    ['a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ])('that is %s holds no flows', async (_name, content) => {
    await expect(explainText(content, ['-'])).rejects.toThrow('There are no flows in standard input')
  })
})

describe('control and bidirectional characters', () => {
  const nasty = fc
    .array(
      fc.constantFrom('\u{1B}[2J', '\u{7}', '\u{9B}1m', '\u{7F}', '\u{202E}', '\u{2066}', '\u{200B}', 'a'),
      {
        minLength: 1,
        maxLength: 8,
      },
    )
    .map((parts) => parts.join(''))

  test('of the name of a file and of a broken line do not reach the terminal, in any format', async () => {
    const folder = await temporaryFolder()
    await fc.assert(
      fc.asyncProperty(nasty, fc.constantFrom('text', 'json', 'markdown'), async (name, format) => {
        const path = join(folder, `${name}.jsonl`)
        await writeFile(path, `{"broken": ${name}\n${RECORD}`)
        const { out, error } = await explainText('', [path, '--format', format])
        expect(error).not.toBe('')
        expect(hasHidden((out + error).replaceAll('\n', ''))).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  test('of the name of a file that cannot be read do not reach the message', async () => {
    const folder = await temporaryFolder()
    await fc.assert(
      fc.asyncProperty(nasty, async (name) => {
        const failure: unknown = await explain(join(folder, name)).catch((error: unknown) => error)
        expect(failure).toBeInstanceOf(Error)
        expect(hasHidden(String(failure))).toBe(false)
      }),
      { numRuns: 30 },
    )
  })
})
