/** The proof that no name leaves in what a command writes, and what it says of it. */
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { headerLine, recordLine } from '../../src/capture/capture-writer.ts'
import { readAll } from '../../src/capture/testing/samples.ts'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { SECRET, SECRET_FLOWS, SECRET_HEADER, secretsIn } from '../../src/redact/testing/secret-flows.ts'
import { UsageError } from '../lib/usage-error.ts'
import { fileCommand } from '../testing/run-file-command.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { parseCommand } from './command-line.ts'

/** A folder with the secret capture under a secret name. The second record has members that nobody knows. */
async function scene() {
  const folder = await temporaryFolder()
  const path = join(folder, `${SECRET}.ndjson`)
  const records = SECRET_FLOWS.map((flow, i) =>
    recordLine(flow, i === 1 ? { id: '7', [SECRET]: SECRET, flow: { Key: { novel: SECRET } } } : null),
  )
  await writeFile(path, headerLine(SECRET_HEADER) + records.join(''))
  return { folder, path, salt: join(folder, 'salt'), out: (name: string) => join(folder, name) }
}

function unpacked(bytes: Buffer): string {
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1')
}

test.each(
  ['out.ndjson', 'out.ndjson.gz', 'out.pb', 'out.pb.gz'].flatMap((name) =>
    (['names', 'names-and-labels'] as const).flatMap((level) =>
      (['convert', 'merge'] as const).map((command) => [command, name, level] as const),
    ),
  ),
)('%s to %s with --redact %s has no name of the input', async (command, name, level) => {
  const { path, salt, out } = await scene()
  const flags = ['--redact', level, '--salt-file', salt, '--filter', `not src.ns ~ ${SECRET}-none`]
  const ran = await fileCommand([command, path, out(name), ...flags])
  expect(ran.status).toBe(0)
  const written = await readFile(out(name))
  expect(unpacked(written)).toContain('redacted')
  expect(secretsIn(unpacked(written), level === 'names-and-labels')).toEqual([])
  expect(secretsIn(ran.error.replaceAll(salt, ''), true)).toEqual([])
  expect(ran.error).toMatch(/\nRedacted: \d+ names replaced\.\n/)
  expect(ran.error).toMatch(
    /Left out by redaction: 3 clauses of filters, 1 reason of gaps, 1 unknown member of headers, 1 record’s unknown members\.\n/,
  )
  const { flows, refused } = await readAll(written)
  expect(refused).toBe(0)
  expect(flows.map(({ startTime, bytesIn }) => [startTime, bytesIn])).toEqual(
    SECRET_FLOWS.map(({ startTime, bytesIn }) => [startTime, bytesIn]),
  )
})

test('head has no name of the input', async () => {
  const { path, salt } = await scene()
  const ran = await fileCommand(['head', path, '--redact', 'names-and-labels', '--salt-file', salt])
  expect(ran.out.split('\n')).toHaveLength(SECRET_FLOWS.length + 2)
  expect(secretsIn(ran.out, true)).toEqual([])
})

test('a salt is made once, for this user alone, and gives the same stand-ins later', async () => {
  const { path, salt, out } = await scene()
  const flags = ['--redact', 'names', '--salt-file', salt]
  const first = await fileCommand(['convert', path, '-', ...flags])
  expect(first.error).toContain('A new salt is in ')
  expect((await stat(salt)).mode & 0o777).toBe(0o600)
  const second = await fileCommand(['convert', path, '-', ...flags])
  expect(second.error).not.toContain('A new salt')
  expect(second.out).toBe(first.out)
  const other = await fileCommand(['convert', path, '-', ...flags.slice(0, -1), out('other')])
  expect(other.out).not.toBe(first.out)
})

test('the list of names is for this user alone, and leads back', async () => {
  const { path, salt, out } = await scene()
  await writeFile(path, recordLine(buildFlow({ sourceNamespace: 'shop', destNamespace: 'shop' })))
  const list = out('names')
  const ran = await fileCommand([
    'convert',
    path,
    '-',
    '--redact',
    'names',
    '--salt-file',
    salt,
    '--names',
    list,
  ])
  expect((await stat(list)).mode & 0o777).toBe(0o600)
  const names = (await readFile(list, 'utf8')).trimEnd().split('\n')
  const shop = names.map((line) => JSON.parse(line)).find(({ name }) => name === 'shop')
  expect(shop).toEqual({ kind: 'namespace', name: 'shop', standIn: expect.stringMatching(/^ns-/) })
  expect(ran.out).toContain(`"sourceNamespace":"${shop.standIn}"`)
  expect(ran.error).toContain(`Redacted: ${names.length} names replaced.`)
})

test('a salt that is too short, too large or no file is refused', async () => {
  const { path, salt, folder } = await scene()
  const run = (file: string) => fileCommand(['convert', path, '-', '--redact', 'names', '--salt-file', file])
  await writeFile(salt, 'short\n')
  await expect(run(salt)).rejects.toThrow(/is too short: 16 characters at least$/)
  await writeFile(salt, 'x'.repeat(5000))
  await expect(run(salt)).rejects.toThrow(/is too large for a salt$/)
  await expect(run(folder)).rejects.toThrow(/cannot be read \(EISDIR\)$/)
  await expect(run(join(folder, 'none', 'salt'))).rejects.toThrow(/cannot be written \(ENOENT\)$/)
})

test.each([
  [['--redact', 'all', '--salt-file', 's'], '--redact wants names or names-and-labels, not "all"'],
  [['--redact', 'names'], '--redact needs --salt-file FILE, which is made if it is not there'],
  [['--salt-file', 's'], '--salt-file needs --redact'],
  [['--names', 'n'], '--names needs --redact'],
  [['--redact', 'names', '--salt-file', 's', '--names', ''], '--names wants a file'],
])('%j makes no sense', (flags, message) => {
  for (const argv of [
    ['convert', 'a', '-', ...flags],
    ['merge', 'a', '-', ...flags],
    ['head', 'a', ...flags],
  ]) {
    expect(() => parseCommand(argv)).toThrow(UsageError)
    expect(() => parseCommand(argv)).toThrow(message)
  }
})
