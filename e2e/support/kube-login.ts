/** A cluster whose gateway asks a small Kubernetes API server of ours who may see what. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

import { KubeAdmin } from '../../server/testing/kube-admin.ts'
import { type KubeApi, startKubeApi } from '../../server/testing/kube-api.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { Cluster } from './cluster.ts'

export interface KubeLogin {
  readonly cluster: Cluster
  readonly api: KubeApi
  readonly admin: KubeAdmin
  /** Moves the gateway's time, so that it forgets what the API server said before; timers go on as they were. */
  skipMinute(): void
  stop(): Promise<void>
}

export async function startKubeLogin(): Promise<KubeLogin> {
  const folder = mkdtempSync(path.join(tmpdir(), 'flowtrace-'))
  const api = await startKubeApi()
  const admin = new KubeAdmin({ host: '127.0.0.1', port: api.port, ca: api.ca, token: 'admintoken' })
  const [caFile, tokenFile] = [path.join(folder, 'ca.crt'), path.join(folder, 'token')]
  writeFileSync(caFile, api.ca)
  writeFileSync(tokenFile, await admin.createGatewayToken())
  let skipped = 0
  const cluster = await Cluster.start({
    gateway: {
      auth: { mode: 'kubernetes', server: { url: `https://127.0.0.1:${api.port}`, caFile, tokenFile } },
      clock: { ...systemClock, now: () => systemClock.now() + skipped },
    },
  })
  return {
    cluster,
    api,
    admin,
    skipMinute() {
      skipped += 60_000
    },
    async stop() {
      await cluster.stop()
      admin.close()
      api.close()
      rmSync(folder, { recursive: true })
    },
  }
}
