/** A real ClickHouse as a process of a test: one server, or several that are the shards of a cluster. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureClickHouse } from '../../scripts/clickhouse.mjs'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** The name of the cluster that all servers of a {@link startClickHouse} are shards of. */
export const SHARDS = 'shards'
const LONGEST_LIFE_SECONDS = 3600
const START_TIMEOUT_MS = 60_000
const MEMORY_FOLDER = '/dev/shm'
/** More than the servers of all test files that run at once have written. */
const MIN_MEMORY_BYTES = 2 ** 30

/**
 * The developer's own server, as `clickhouse://user@host:8123`, its password in `CLICKHOUSE_PASSWORD`. The contract is held by it then; the
 * tests that end a server are skipped.
 */
export const OWN_CLICKHOUSE = process.env['CLICKHOUSE_URL'] ?? ''

const launcher =
  OWN_CLICKHOUSE === '' ? await ensureClickHouse() : { missing: 'CLICKHOUSE_URL names another ClickHouse' }

/** Why no server can be started: one line; null where one can. */
export const NO_CLICKHOUSE = 'missing' in launcher ? launcher.missing : null

export class ClickHouseServer {
  readonly httpPort: number
  readonly tcpPort: number
  readonly #folder: string
  #process: ChildProcess | null = null

  constructor(folder: string, httpPort: number, tcpPort: number) {
    this.#folder = folder
    this.httpPort = httpPort
    this.tcpPort = tcpPort
  }

  /** Of the HTTP interface, without a user. */
  get url(): string {
    return `http://127.0.0.1:${this.httpPort}`
  }

  /** Starts the process over the files of before, and waits until it answers. */
  async start(): Promise<void> {
    if ('missing' in launcher) throw new Error(launcher.missing)
    const query = `SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP;
      SELECT sleepEachRow(1) FROM numbers(${LONGEST_LIFE_SECONDS}) SETTINGS max_block_size = 1, max_threads = 1 FORMAT Null`
    const args = ['--config-file', join(this.#folder, 'config.xml'), '--path', join(this.#folder, 'data')]
    const log = join(this.#folder, 'log')
    // Its output is read from a file: nobody reads a pipe while the test waits for something else.
    const child = spawn(
      'sh',
      [
        '-c',
        `exec "$@" >>'${log}' 2>&1`,
        'sh',
        launcher.command,
        ...launcher.args,
        ...args,
        '--query',
        query,
      ],
      { stdio: 'ignore' },
    )
    this.#process = child
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!(await this.#answers())) {
      if (child.exitCode === null && Date.now() < deadline) continue
      child.kill('SIGKILL')
      throw new Error(`ClickHouse does not start: ${await readFile(log, 'utf8').catch(String)}`)
    }
  }

  /** The process is gone without having been asked. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** Runs a statement as the user who may do all, and returns the answer's text. */
  async run(statement: string, database = 'default'): Promise<string> {
    const response = await fetch(`${this.url}/?database=${encodeURIComponent(database)}`, {
      method: 'POST',
      body: statement,
    })
    const answer = await response.text()
    if (!response.ok) throw new Error(answer)
    return answer
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/ping`)).ok
    } catch {
      await new Promise((resolve) => void setTimeout(resolve, 50))
      return false
    }
  }
}

export interface ClickHouseServers {
  readonly servers: readonly ClickHouseServer[]
  close(): Promise<void>
}

export interface TestUser {
  /** As GRANT has them: `INSERT ON history.*`, or the name of a role. */
  readonly grants: readonly string[]
  /** Settings of the user's profile, with what they may be set to. */
  readonly profile?: Readonly<
    Record<string, { readonly value: number | string; readonly max: number | null }>
  >
}

/**
 * Starts so many servers on free ports of 127.0.0.1; together they are the shards of the cluster {@link SHARDS}. The user `default` may do
 * all and has no password; those of others are their names. Roles are given with their rights. Their files are below `parent`, in memory
 * where there is room unless given.
 */
export async function startClickHouse(
  count: number,
  users: Readonly<Record<string, TestUser>> = {},
  parent?: string,
  roles: Readonly<Record<string, readonly string[]>> = {},
): Promise<ClickHouseServers> {
  const folder = await mkdtemp(join(parent ?? (await fastFolder()), 'flowtrace-clickhouse-'))
  const ports = await freePorts(2 * count)
  const servers = Array.from(
    { length: count },
    (_, i) => new ClickHouseServer(join(folder, String(i)), ports[2 * i] ?? 0, ports[2 * i + 1] ?? 0),
  )
  for (const [i, { httpPort, tcpPort }] of servers.entries()) {
    const own = join(folder, String(i))
    await mkdir(own)
    await writeFile(join(own, 'config.xml'), configOf(httpPort, tcpPort, servers))
    await writeFile(join(own, 'users.xml'), usersOf(users, roles))
  }
  const close = async () => {
    await Promise.all(servers.map((server) => server.kill()))
    await rm(folder, { recursive: true })
  }
  try {
    await Promise.all(servers.map((server) => server.start()))
  } catch (error) {
    await close()
    throw error
  }
  return { servers, close }
}

/** In memory where there is room: the tables ask for each of their files to be on the disk, which takes most of the time of a test. */
async function fastFolder(): Promise<string> {
  try {
    const { bavail, bsize } = await statfs(MEMORY_FOLDER)
    if (bavail * bsize >= MIN_MEMORY_BYTES) return MEMORY_FOLDER
  } catch {
    // There is none.
  }
  return tmpdir()
}

/** Ports that were free at the same time, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const listeners = Array.from({ length: count }, () => createServer())
  const ports = await Promise.all(listeners.map(listenOnLoopback))
  await Promise.all(listeners.map((listener) => new Promise((resolve) => void listener.close(resolve))))
  return ports
}

function configOf(httpPort: number, tcpPort: number, servers: readonly ClickHouseServer[]): string {
  const shards = servers.map(
    (server) => `<shard><replica><host>127.0.0.1</host><port>${server.tcpPort}</port></replica></shard>`,
  )
  return `<clickhouse>
  <listen_host>127.0.0.1</listen_host>
  <http_port>${httpPort}</http_port>
  <tcp_port>${tcpPort}</tcp_port>
  <users_config>users.xml</users_config>
  <max_server_memory_usage>2000000000</max_server_memory_usage>
  <remote_servers><${SHARDS}>${shards.join('')}</${SHARDS}></remote_servers>
</clickhouse>
`
}

/** Compiling expressions to machine code takes longer than the few rows of a test. */
const PROFILE =
  '<compile_expressions>0</compile_expressions><compile_aggregate_expressions>0</compile_aggregate_expressions><compile_sort_description>0</compile_sort_description>'

const grantsOf = (grants: readonly string[]) =>
  `<grants>${grants.map((grant) => `<query>GRANT ${grant}</query>`).join('')}</grants>`

/** The configuration is the only place for users that this server has: statements that make some are refused, but for that they are run. */
function usersOf(
  users: Readonly<Record<string, TestUser>>,
  roles: Readonly<Record<string, readonly string[]>>,
): string {
  const common = '<networks><ip>::/0</ip></networks><quota>default</quota>'
  const limited = Object.entries(users).map(([name, { grants }]) => {
    return `<${name}><password>${name}</password>${common}<profile>${name}</profile>${grantsOf(grants)}</${name}>`
  })
  const profiles = Object.entries(users).map(([name, { profile = {} }]) => {
    const settings = Object.entries(profile).map(
      ([setting, { value }]) => `<${setting}>${value}</${setting}>`,
    )
    const bounds = Object.entries(profile).map(([setting, { max }]) =>
      max === null ? '' : `<${setting}><max>${max}</max></${setting}>`,
    )
    return `<${name}>${PROFILE}${settings.join('')}<constraints>${bounds.join('')}</constraints></${name}>`
  })
  const granted = Object.entries(roles).map(([name, grants]) => `<${name}>${grantsOf(grants)}</${name}>`)
  return `<clickhouse>
  <roles>${granted.join('')}</roles>
  <profiles><default>${PROFILE}</default>${profiles.join('')}</profiles>
  <quotas><default/></quotas>
  <users><default><password></password>${common}<profile>default</profile><access_management>1</access_management></default>${limited.join('')}</users>
</clickhouse>
`
}
