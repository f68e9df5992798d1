// The built program as a process: its output and its exit status.
import { type ChildProcess, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:http2'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { writeFlow } from '../src/capture/write.ts'
import { buildFlow } from '../src/flows/testing/build.ts'
import { ensure } from '../src/lib/assert.ts'
import { hasHidden } from '../src/lib/visible-text.ts'
import { REPLAY_HELP } from './cli/replay-options.ts'
import { addressOf, BuiltProgram, outcomeOf } from './testing/built-program.ts'
import { isRunning, KubectlCluster } from './testing/kubectl-cluster.ts'

const program = BuiltProgram.ofThisFile()

test('--version and --help answer and end well', async () => {
  expect(await program.run('--version')).toMatchObject({
    out: expect.stringMatching(/^flowtrace \d+\.\d+\.\d+\n$/),
    code: 0,
  })
  expect(await program.run('--help')).toMatchObject({
    out: expect.stringContaining('--goldmane URL'),
    code: 0,
  })
})

/** As {@link outcomeOf}, of a process whose standard output was closed. */
async function outcomeOfClosed(child: ChildProcess) {
  const [error, [code]] = await Promise.all([text(ensure(child.stderr, 'stderr')), once(child, 'exit')])
  return { error, code: Number(code) }
}

test('--help into a pipe that its reader has closed ends well', async () => {
  const child = program.start('--help')
  child.stdout?.destroy()
  expect(await outcomeOfClosed(child)).toEqual({ error: '', code: 0 })
})

test('a bad flag is one line, and status 2', async () => {
  expect(await program.run('--port', 'http')).toEqual({
    out: '',
    error: 'flowtrace: --port wants a number from 0 to 65535, not "http". --help lists the options.\n',
    code: 2,
  })
})

test('explain answers in the terminal, with a status', async () => {
  const path = join(program.folder, 'flows.jsonl')
  await writeFile(path, `${writeFlow(buildFlow({ action: 'Deny' }))}\n`)
  const { out, error, code } = await program.run('explain', path, '--fail-on-deny')
  expect(out).toContain('Denied leaving: frontend/web-* could not open tcp 80 to backend/api-*.')
  expect({ error, code }).toEqual({ error: '', code: 1 })
  expect(await program.run('explain', '--help')).toMatchObject({
    out: expect.stringContaining('--fail-on-deny'),
    code: 0,
  })
  expect(await program.run('explain')).toMatchObject({
    error: expect.stringContaining('wants a capture FILE'),
    code: 2,
  })
})

describe('a command that reads and writes captures', () => {
  const record = `${writeFlow(buildFlow())}\n`

  test('answers in the terminal, with a status', async () => {
    const path = join(program.folder, 'convert.jsonl')
    const out = join(program.folder, 'convert.pb')
    await writeFile(path, record)
    expect(await program.run('convert', path, out)).toEqual({ out: '', error: '', code: 0 })
    expect(await program.run('head', out)).toMatchObject({
      out: expect.stringMatching(/^{"flowtraceCapture":1,"tool":"flowtrace \d.*}\n{"flow":{"Key":.*}\n$/),
      code: 0,
    })
    expect(await program.run('stats', '--help')).toMatchObject({
      out: expect.stringContaining('--json'),
      code: 0,
    })
    expect(await program.run('convert', '/dev/null', '-')).toEqual({
      out: '',
      error: 'flowtrace: There are no flows in null. --help lists the options.\n',
      code: 2,
    })
  })

  test('into a pipe that its reader has closed ends well', async () => {
    const path = join(program.folder, 'long.jsonl')
    await writeFile(path, record.repeat(5000))
    const child = program.start('convert', path, '-')
    child.stdout?.destroy()
    expect(await outcomeOfClosed(child)).toEqual({ error: '', code: 0 })
  })

  test('ends at SIGINT with status 130, and leaves no half file', async () => {
    const out = join(program.folder, 'half.ndjson')
    const child = program.start('convert', '-', out)
    child.stdin?.write(record)
    await expect
      .poll(async () => (await readdir(program.folder)).some((name) => name.startsWith('half.')))
      .toBe(true)
    const end = once(child, 'exit')
    child.kill('SIGINT')
    expect(await end).toEqual([130, null])
    expect((await readdir(program.folder)).filter((name) => name.startsWith('half.'))).toEqual([])
  })
})

test('replay serves a capture as a Goldmane until it is stopped', async () => {
  const path = join(program.folder, 'replayed.jsonl')
  const flow = buildFlow({}, { startTime: 1_790_000_010, endTime: 1_790_000_025 })
  await writeFile(path, `${writeFlow(flow)}\n{"Key":\n`)
  const child = program.start('replay', path, '--port', '0')
  const outcome = outcomeOf(child)
  const url = await addressOf(child)
  const body = new Uint8Array(5)
  const headers = { 'content-type': 'application/grpc-web+proto' }
  const answer = await fetch(new URL('goldmane.Flows/List', url), { method: 'POST', headers, body })
  expect(await answer.text()).toContain('frontend')
  const taken = await program.run('replay', path, '--port', new URL(url).port)
  expect(taken).toMatchObject({
    error: expect.stringContaining('is in use; --port takes another one'),
    code: 1,
  })
  child.kill('SIGINT')
  expect(await outcome).toMatchObject({ error: '', code: 0 })
})

test('replay --help, and what replay does not take', async () => {
  expect(await program.run('replay', '--help')).toEqual({ out: REPLAY_HELP, error: '', code: 0 })
  const path = join(program.folder, 'empty.jsonl')
  await writeFile(path, '\n')
  expect(await program.run('replay', path)).toEqual({
    out: '',
    error: 'flowtrace: There are no flows with a time in empty.jsonl. --help lists the options.\n',
    code: 2,
  })
})

test('--print-config prints the settings in effect, and ends', async () => {
  const path = join(program.folder, 'flowtrace.yaml')
  await writeFile(path, 'listen:\n  port: 9000\nlog:\n  format: json\n')
  const { out, error, code } = await program.run('--config', path, '--host', '::1', '--print-config')
  expect(out).toContain('  port: 9000\n  host: ::1\n')
  expect({ error, code }).toEqual({ error: '', code: 0 })
  await writeFile(path, 'listen:\n  prot: 9000\n')
  expect(await program.run('--config', path)).toEqual({
    out: '',
    error: 'flowtrace: flowtrace.yaml:2:3: there is no setting listen.prot. --help lists the options.\n',
    code: 2,
  })
})

test('a server that everybody could read does not start, and says why', async () => {
  const { error, code } = await program.run('--host', '0.0.0.0', '--port', '0')
  expect(error).toMatch(/^flowtrace: Whoever reaches 0\.0\.0\.0 could read all flows.*\n$/)
  expect(code).toBe(2)
})

test('a capture that is a FIFO does not hold up the start', async () => {
  const path = join(program.folder, 'fifo')
  execFileSync('mkfifo', [path])
  expect(await program.run('--capture', path)).toMatchObject({
    error: expect.stringContaining('not a regular file'),
    code: 2,
  })
})

describe('a server', () => {
  test('passes no control or bidirectional character of its arguments on to the terminal', async () => {
    const nasty = '\u{1B}[2J\u{9B}1m\u{202E}\u{7}'
    for (const argv of [
      [nasty],
      [`--${nasty}`],
      ['explain', 'a', '--format', nasty],
      ['explain', 'a', '--filter', nasty],
    ]) {
      const { out, error, code } = await program.run(...argv)
      expect(code).toBe(2)
      expect(hasHidden((out + error).replaceAll('\n', ''))).toBe(false)
      expect(error).toMatch(/^flowtrace: /)
    }
  })

  test('writes its log as JSON, the address among it', async () => {
    const child = program.start('--port', '0', '--log-format', 'json', '--metrics-listen', '127.0.0.1:0')
    const events = new Map<unknown, Record<string, unknown>>()
    for await (const line of createInterface({ input: ensure(child.stderr, 'stderr') })) {
      const { event, ...fields }: Record<string, unknown> = JSON.parse(line)
      events.set(event, fields)
      if (events.has('listening')) break
    }
    expect(events.get('listening')).toMatchObject({
      level: 'info',
      url: expect.stringMatching(/^http:/),
      metrics: expect.stringMatching(/^http:/),
    })
  })

  test('ends while a download waits for a FIFO in place of its capture', async () => {
    const path = join(program.folder, 'capture.jsonl')
    await writeFile(path, '{}\n')
    const child = program.start('--port', '0', '--capture', path)
    const url = await addressOf(child)
    await rm(path)
    execFileSync('mkfifo', [path])
    expect((await fetch(new URL('capture', url))).status).toBe(500)
    const end = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await end).toEqual([0, null])
  })

  test('has TLS with a certificate that it makes itself', async () => {
    const child = program.start('--port', '0', '--tls-self-signed')
    const { port } = new URL(await addressOf(child))
    const session = connect(`https://localhost:${port}`, { rejectUnauthorized: false })
    onTestFinished(() => session.destroy())
    expect(await text(session.request({ ':path': '/' }))).toBe('<!doctype html>')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('serves until %s, then ends well', async (signal) => {
    const child = program.start('--port', '0')
    const url = await addressOf(child)
    expect(await (await fetch(url)).text()).toBe('<!doctype html>')
    // An open stream ends with a status, and does not delay the exit.
    const stream = await fetch(new URL('goldmane.Flows/Stream', url), {
      method: 'POST',
      headers: { 'content-type': 'application/grpc-web+proto' },
      body: new Uint8Array(5),
    })
    const body = stream.text()
    const end = once(child, 'exit')
    child.kill(signal)
    expect(await end).toEqual([0, null])
    expect(await body).toContain('grpc-status: 14')
  })

  test('says in one line that its port is taken, and ends with status 1', async () => {
    const { port } = new URL(await addressOf(program.start('--port', '0')))
    expect(await program.run('--port', port)).toMatchObject({
      error: `flowtrace: Port ${port} on 127.0.0.1 is in use; --port takes another one.\n`,
      code: 1,
    })
  })
})

describe('--kubectl', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'shows the cluster until %s, and leaves no process',
    async (signal) => {
      const cluster = await KubectlCluster.start()
      const child = program.startIn(cluster.environment, '--kubectl', '--context', 'prod', '--port', '0')
      const url = await addressOf(child)
      expect(await (await fetch(new URL('config.json', url))).json()).toMatchObject({
        source: { name: 'prod' },
      })
      expect(cluster.forwards.map(isRunning)).toEqual([true])
      const end = once(child, 'exit')
      child.kill(signal)
      expect(await end).toEqual([0, null])
      expect(cluster.forwards.map(isRunning)).toEqual([false])
    },
  )

  test('leaves no process when the program crashes', async () => {
    const cluster = await KubectlCluster.start()
    const onSignal = encodeURIComponent(`process.on('SIGUSR2', () => { throw new Error('crash') })`)
    const env = { ...cluster.environment, NODE_OPTIONS: `--import=data:text/javascript,${onSignal}` }
    const child = program.startIn(env, '--kubectl', '--port', '0')
    await addressOf(child)
    const end = once(child, 'exit')
    child.kill('SIGUSR2')
    expect(await end).toEqual([1, null])
    await expect.poll(() => cluster.forwards.map(isRunning)).toEqual([false])
  })

  test('says what right is missing and how it is granted, and ends with status 1', async () => {
    const cluster = await KubectlCluster.start()
    cluster.change({ forbidden: ['pods/portforward'] })
    const { error, code } = await outcomeOf(program.startIn(cluster.environment, '--kubectl', '--port', '0'))
    expect(code).toBe(1)
    expect(error.split('\n')).toEqual([
      'flowtrace: You may not forward a port to pods in the namespace calico-system of lab; an administrator grants it so.',
      expect.stringMatching(/^ {2}kubectl create role /),
      expect.stringMatching(/^ {2}kubectl create rolebinding /),
      '',
    ])
  })
})
