/**
 * A cluster for tests of authentication by Kubernetes: the small API server of ours, or with KUBE_APISERVER_URL in the
 * environment a real one, whose token for an administrator is in KUBE_APISERVER_TOKEN. A real one has to know the tokens
 * `viewertoken` (user `viewer`, group `viewers`) and `strangertoken` (no rights).
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { ApiServerOptions, ReviewedRight } from '../auth/auth-options.ts'
import { forwardPort, type CuttableConnection } from './cuttable-connection.ts'
import { type GrantSubject, KubeAdmin, randomName, type TestAccount } from './kube-admin.ts'
import { startKubeApi, type KubeApi } from './kube-api.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const REAL_API_SERVER = process.env['KUBE_APISERVER_URL'] ?? ''

export interface TestCluster {
  /** With an account that has the rights of the deployment: system:auth-delegator, and to list namespaces. */
  readonly server: ApiServerOptions
  readonly connection: CuttableConnection
  readonly admin: KubeAdmin
  /** Null where the API server is a real one. */
  readonly fake: KubeApi | null
  /** Creates a namespace with a name of its own, which is returned. */
  createNamespace(): Promise<string>
  /** Grants the right to see flows, in one namespace, or with null in all; returns how to take it back. */
  grant(subject: GrantSubject, where: string | null, right?: ReviewedRight): Promise<() => Promise<void>>
  /** Creates a service account; the token is for these audiences, or for the API server. */
  createAccount(namespace: string, audiences?: readonly string[]): Promise<TestAccount>
  /** A file with that token. */
  tokenFile(token: string): Promise<string>
}

export async function openTestCluster(): Promise<TestCluster> {
  const fake = REAL_API_SERVER === '' ? await startKubeApi() : null
  const target = fake === null ? hostAndPort(REAL_API_SERVER) : { host: '127.0.0.1', port: fake.port }
  const adminToken = fake === null ? (process.env['KUBE_APISERVER_TOKEN'] ?? '') : 'admintoken'
  const folder = await temporaryFolder()
  const ca = fake === null ? await authoritiesOf(target) : fake.ca
  const caFile = join(folder, 'ca.crt')
  await writeFile(caFile, ca)
  const admin = new KubeAdmin({ ...target, ca, token: adminToken })
  onTestFinished(() => {
    admin.close()
    fake?.close()
  })
  const connection = await forwardPort(target)
  const tokenFile = async (token: string) => {
    const path = join(folder, randomName())
    await writeFile(path, `${token}\n`)
    return path
  }
  return {
    server: {
      url: `https://127.0.0.1:${connection.port}`,
      tokenFile: await tokenFile(await admin.createGatewayToken()),
      caFile,
    },
    connection,
    admin,
    fake,
    tokenFile,
    createNamespace: () => admin.createNamespace(),
    createAccount: (where, audiences) => admin.createAccount(where, audiences),
    grant: async (subject, where, right) => {
      const revoke = await admin.grant(subject, where, right)
      // A real cluster would keep it for the next test.
      if (REAL_API_SERVER !== '') onTestFinished(revoke)
      return revoke
    },
  }
}

/** The certificates that a test server presents, as its authorities: it is on the loopback and has signed itself. */
function authoritiesOf(target: { readonly host: string; readonly port: number }): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...target, rejectUnauthorized: false })
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      const chain: string[] = []
      for (
        let certificate: DetailedPeerCertificate | null = socket.getPeerCertificate(true);
        certificate !== null;
        certificate =
          certificate.issuerCertificate === certificate ? null : (certificate.issuerCertificate ?? null)
      )
        chain.push(pem(certificate.raw))
      socket.destroy()
      resolve(chain.join('\n'))
    })
  })
}

function pem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`
}

function hostAndPort(url: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || 443) }
}
