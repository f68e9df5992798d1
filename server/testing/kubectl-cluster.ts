/** A cluster behind a scripted kubectl on a PATH of its own, with a Goldmane over real mutual TLS. For tests. */
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { credentials, Client } from '@grpc/grpc-js'
import { onTestFinished } from 'vitest'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { serveGoldmane } from '../demo/goldmane-grpc.ts'
import type { UpstreamOptions } from '../upstream/upstream.ts'
import { type Authority, createAuthority } from './certificates.ts'
import { temporaryFolder } from './temporary-folder.ts'

const SCRIPT = fileURLToPath(new URL('scripted-kubectl.mjs', import.meta.url))
const SERVER_NAME = 'goldmane.calico-system.svc'

/** What the scripted kubectl finds. */
export interface ScriptedCluster {
  readonly contexts: readonly string[]
  /** The current context. */
  readonly current: string | null
  readonly user: string
  /** What kubectl prints in place of any answer of the API server. */
  readonly broken: string | null
  /** The custom resources that the API server knows. */
  readonly types: readonly string[]
  /** By `resource/namespace/name`. */
  readonly objects: Readonly<Record<string, unknown>>
  /** `resource` or `resource/name`. */
  readonly forbidden: readonly string[]
  /** Whether a port-forward waits for ever. */
  readonly isSilent: boolean
  /** Where a forwarded port leads. */
  readonly goldmanePort: number
  /** A file to which a port-forward appends its process id. */
  readonly pids: string
}

export class KubectlCluster {
  /** For the child processes of the code under test. */
  readonly environment: NodeJS.ProcessEnv
  readonly authority: Authority
  readonly #folder: string
  #cluster: ScriptedCluster

  private constructor(folder: string, authority: Authority, cluster: ScriptedCluster) {
    this.#folder = folder
    this.authority = authority
    this.#cluster = cluster
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    const program = join(bin, 'kubectl')
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${SCRIPT}" "$@"\n`)
    chmodSync(program, 0o755)
    this.environment = { ...process.env, PATH: bin, SCRIPTED_CLUSTER: join(folder, 'cluster.json') }
    this.change({})
  }

  /** A cluster as the operator leaves it, and a user who may do everything. */
  static async start(): Promise<KubectlCluster> {
    const authority = await createAuthority('tigera-operator-signer@1700000000')
    const goldmane = await serveGoldmane(new Goldmane({ now: () => Date.now() / 1000 }), {
      tls: { ca: authority.ca, ...(await authority.server(SERVER_NAME)) },
    })
    onTestFinished(() => goldmane.close())
    const folder = await temporaryFolder()
    return new KubectlCluster(folder, authority, {
      contexts: ['lab', 'prod'],
      current: 'lab',
      user: 'jane',
      broken: null,
      types: ['goldmanes.operator.tigera.io'],
      objects: {
        'services/calico-system/goldmane': {},
        'goldmanes.operator.tigera.io//default': {},
        'configmaps/calico-system/goldmane-ca-bundle': { data: { 'tigera-ca-bundle.crt': authority.ca } },
        'secrets/tigera-operator/tigera-ca-private': secretOf(authority.ca, authority.key),
        'secrets/calico-system/whisker-backend-key-pair': await whiskerSecret(authority),
      },
      forbidden: [],
      isSilent: false,
      goldmanePort: goldmane.port,
      pids: join(folder, 'pids'),
    })
  }

  change(part: Partial<ScriptedCluster>): void {
    this.#cluster = { ...this.#cluster, ...part }
    writeFileSync(join(this.#folder, 'cluster.json'), JSON.stringify(this.#cluster))
  }

  /** Adds objects; null removes one. */
  changeObjects(part: Readonly<Record<string, unknown>>): void {
    const objects = Object.entries({ ...this.#cluster.objects, ...part }).filter(
      ([, object]) => object !== null,
    )
    this.change({ objects: Object.fromEntries(objects) })
  }

  /** The process ids of the port-forwards that opened, in order. */
  get forwards(): readonly number[] {
    const { pids } = this.#cluster
    return existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n').map(Number) : []
  }
}

async function whiskerSecret(authority: Authority): Promise<unknown> {
  const { cert, key } = await authority.client()
  return secretOf(cert, key)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

export function secretOf(cert: string, key: string): unknown {
  return { data: { 'tls.crt': base64(cert), 'tls.key': base64(key) } }
}

/** Whether the process is there. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Calls a method of Goldmane, with a gRPC client that is not ours. Throws what the client reports. */
export async function callGoldmane({ url, tls = {} }: UpstreamOptions): Promise<void> {
  const [ca, key, cert] = [tls.ca, tls.key, tls.cert].map((pem) => Buffer.from(pem ?? ''))
  const client = new Client(new URL(url).host, credentials.createSsl(ca, key, cert), {
    'grpc.ssl_target_name_override': tls.serverName ?? '',
  })
  try {
    await new Promise<void>((resolve, reject) => {
      client.makeUnaryRequest(
        '/goldmane.Flows/List',
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        Buffer.alloc(0),
        { deadline: Date.now() + 20_000 },
        (error) => (error === null ? resolve() : reject(error)),
      )
    })
  } finally {
    client.close()
  }
}
