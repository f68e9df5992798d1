/**
 * A cluster for tests of authentication by Kubernetes: the small API server of ours, or with KUBE_APISERVER_URL in the
 * environment a real one, whose token for an administrator is in KUBE_APISERVER_TOKEN. A real one has to know the tokens
 * `viewertoken` (user `viewer`, group `viewers`) and `strangertoken` (no rights).
 */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { Agent, request as openRequest } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { onTestFinished } from 'vitest'
import { DEFAULT_RIGHT, type ApiServerOptions } from '../auth/auth-options.ts'
import { forwardPort, type CuttableConnection } from './cuttable-connection.ts'
import { startKubeApi, type KubeApi } from './kube-api.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const REAL_API_SERVER = process.env['KUBE_APISERVER_URL'] ?? ''

export interface TestCluster {
  /** With an account that has the rights of the deployment: system:auth-delegator, and to list namespaces. */
  readonly server: ApiServerOptions
  readonly connection: CuttableConnection
  /** Null where the API server is a real one. */
  readonly fake: KubeApi | null
  /** Creates a namespace with a name of its own, which is returned. */
  createNamespace(): Promise<string>
  /** Grants the right to see flows, in one namespace, or with null in all; returns how to take it back. */
  grant(
    subject: GrantSubject,
    where: string | null,
    right?: typeof DEFAULT_RIGHT,
  ): Promise<() => Promise<void>>
  /** Creates a service account; the token is for these audiences, or for the API server. */
  createAccount(namespace: string, audiences?: readonly string[]): Promise<TestAccount>
  /** A file with that token. */
  tokenFile(token: string): Promise<string>
}

export interface GrantSubject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount'
  readonly name: string
  readonly namespace?: string
}

export interface TestAccount {
  readonly subject: GrantSubject
  readonly userName: string
  readonly token: string
  /** Deletes the account, which ends its tokens. */
  remove(): Promise<void>
}

interface Admin {
  readonly create: (path: string, body: object) => Promise<unknown>
  readonly remove: (path: string) => Promise<unknown>
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1'

export async function openTestCluster(): Promise<TestCluster> {
  const fake = REAL_API_SERVER === '' ? await startKubeApi() : null
  const target = fake === null ? hostAndPort(REAL_API_SERVER) : { host: '127.0.0.1', port: fake.port }
  const adminToken = fake === null ? (process.env['KUBE_APISERVER_TOKEN'] ?? '') : 'admintoken'
  const folder = await temporaryFolder()
  const ca = fake === null ? await authoritiesOf(target) : fake.ca
  const caFile = join(folder, 'ca.crt')
  await writeFile(caFile, ca)
  const admin = administrator(target, ca, adminToken)
  const connection = await forwardPort(target)
  const tokenFile = async (token: string) => {
    const path = join(folder, randomName())
    await writeFile(path, `${token}\n`)
    return path
  }

  const namespace = await createNamespace(admin)
  const gateway = await createAccount(admin, namespace)
  await bind(admin, gateway.subject, null, 'system:auth-delegator')
  await bind(
    admin,
    gateway.subject,
    null,
    await createRole(admin, { verb: 'list', group: '', resource: 'namespaces' }),
  )
  return {
    server: {
      url: `https://127.0.0.1:${connection.port}`,
      tokenFile: await tokenFile(gateway.token),
      caFile,
    },
    connection,
    fake,
    tokenFile,
    createNamespace: () => createNamespace(admin),
    createAccount: (where, audiences) => createAccount(admin, where, audiences),
    grant: async (subject, where, right = DEFAULT_RIGHT) =>
      bind(admin, subject, where, await createRole(admin, right)),
  }
}

async function createNamespace(admin: Admin): Promise<string> {
  const name = randomName()
  await admin.create('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  return name
}

async function createAccount(
  admin: Admin,
  namespace: string,
  audiences?: readonly string[],
): Promise<TestAccount> {
  const name = randomName()
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`
  await admin.create(path, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } })
  // The answer's shape is that of our request for it.
  const answer = (await admin.create(`${path}/${name}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 3_600, ...(audiences === undefined ? {} : { audiences }) },
  })) as { readonly status: { readonly token: string } }
  return {
    subject: { kind: 'ServiceAccount', name, namespace },
    userName: `system:serviceaccount:${namespace}:${name}`,
    token: answer.status.token,
    remove: async () => void (await admin.remove(`${path}/${name}`)),
  }
}

async function createRole(admin: Admin, { verb, group, resource }: typeof DEFAULT_RIGHT): Promise<string> {
  const name = randomName()
  const rules = [{ apiGroups: [group], resources: [resource], verbs: [verb] }]
  const kind = 'ClusterRole'
  await admin.create(`${RBAC}/clusterroles`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name },
    rules,
  })
  return name
}

async function bind(
  admin: Admin,
  subject: GrantSubject,
  where: string | null,
  role: string,
): Promise<() => Promise<void>> {
  const name = randomName()
  const path = where === null ? `${RBAC}/clusterrolebindings` : `${RBAC}/namespaces/${where}/rolebindings`
  const group = { apiGroup: 'rbac.authorization.k8s.io' }
  await admin.create(path, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: where === null ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name },
    roleRef: { ...group, kind: 'ClusterRole', name: role },
    subjects: [{ ...(subject.kind === 'ServiceAccount' ? {} : group), ...subject }],
  })
  let isBound = true
  const unbind = async () => {
    if (isBound) await admin.remove(`${path}/${name}`)
    isBound = false
  }
  // A real cluster would keep it for the next test.
  if (REAL_API_SERVER !== '') onTestFinished(unbind)
  return unbind
}

function administrator(
  target: { readonly host: string; readonly port: number },
  ca: string,
  token: string,
): Admin {
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const call = (method: string, path: string, body?: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const request = openRequest({ ...target, method, path, headers, ca, agent }, (response) => {
        text(response).then((answer) => {
          if (response.statusCode === 200 || response.statusCode === 201) resolve(JSON.parse(answer))
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer}`))
        }, reject)
      })
      request.once('error', reject)
      request.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return {
    create: (path, body) => call('POST', path, body),
    remove: (path) => call('DELETE', path),
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

function randomName(): string {
  return `flowtrace-test-${randomBytes(5).toString('hex')}`
}
