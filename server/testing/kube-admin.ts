/** An administrator of a Kubernetes cluster, who creates what a test of authentication needs. */
import { randomBytes } from 'node:crypto'
import { Agent, request as openRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { DEFAULT_RIGHT } from '../auth/auth-options.ts'

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

export interface KubeAdminOptions {
  readonly host: string
  readonly port: number
  /** PEM. */
  readonly ca: string
  readonly token: string
}

export interface RightsRule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1'

export class KubeAdmin {
  readonly #options: KubeAdminOptions
  readonly #agent = new Agent({ keepAlive: true })

  constructor(options: KubeAdminOptions) {
    this.#options = options
  }

  close(): void {
    this.#agent.destroy()
  }

  /** Creates a namespace, with a name of its own unless given; returns the name. */
  async createNamespace(name = randomName()): Promise<string> {
    await this.#call('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })
    return name
  }

  /** Creates a service account; its token is for these audiences, or for the API server. */
  async createAccount(
    namespace: string,
    audiences?: readonly string[],
    name = randomName(),
  ): Promise<TestAccount> {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`
    await this.#call('POST', path, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } })
    // The answer's shape is that of our request for it.
    const answer = (await this.#call('POST', `${path}/${name}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3_600, ...(audiences === undefined ? {} : { audiences }) },
    })) as { readonly status: { readonly token: string } }
    return {
      subject: { kind: 'ServiceAccount', name, namespace },
      userName: `system:serviceaccount:${namespace}:${name}`,
      token: answer.status.token,
      remove: async () => void (await this.#call('DELETE', `${path}/${name}`)),
    }
  }

  /** The token of an account with the rights of the deployment: system:auth-delegator, and to list namespaces. */
  async createGatewayToken(): Promise<string> {
    const { subject, token } = await this.createAccount(await this.createNamespace())
    await this.#bind(subject, null, 'system:auth-delegator')
    await this.grant(subject, null, { verb: 'list', group: '', resource: 'namespaces' })
    return token
  }

  /** The token of an account with these rights in the whole cluster, and how to take them away. */
  async createTokenWith(
    rules: readonly RightsRule[],
  ): Promise<{ readonly token: string; grant(): Promise<() => Promise<void>> }> {
    const { subject, token } = await this.createAccount(await this.createNamespace())
    const name = randomName()
    await this.#createRole(name, rules)
    return { token, grant: () => this.#bind(subject, null, name) }
  }

  /** @param path Of the list that the object belongs to, as in `/api/v1/namespaces`. */
  create(path: string, object: object): Promise<unknown> {
    return this.#call('POST', path, object)
  }

  get(path: string): Promise<unknown> {
    return this.#call('GET', path)
  }

  async remove(path: string): Promise<void> {
    await this.#call('DELETE', path)
  }

  /** Replaces the object whatever version it has. */
  async replace(path: string, object: object): Promise<void> {
    await this.#call('PATCH', path, object)
  }

  /** Grants a right, that to see flows unless given, in one namespace, or with null in all; returns how to take it back. */
  async grant(
    subject: GrantSubject,
    where: string | null,
    { verb, group, resource } = DEFAULT_RIGHT,
  ): Promise<() => Promise<void>> {
    const name = randomName()
    await this.#createRole(name, [{ apiGroups: [group], resources: [resource], verbs: [verb] }])
    return this.#bind(subject, where, name)
  }

  async #createRole(name: string, rules: readonly RightsRule[]): Promise<void> {
    await this.#call('POST', `${RBAC}/clusterroles`, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name },
      rules,
    })
  }

  async #bind(subject: GrantSubject, where: string | null, role: string): Promise<() => Promise<void>> {
    const name = randomName()
    const path = where === null ? `${RBAC}/clusterrolebindings` : `${RBAC}/namespaces/${where}/rolebindings`
    const group = { apiGroup: 'rbac.authorization.k8s.io' }
    await this.#call('POST', path, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: where === null ? 'ClusterRoleBinding' : 'RoleBinding',
      metadata: { name },
      roleRef: { ...group, kind: 'ClusterRole', name: role },
      subjects: [{ ...(subject.kind === 'ServiceAccount' ? {} : group), ...subject }],
    })
    let isBound = true
    return async () => {
      if (isBound) await this.#call('DELETE', `${path}/${name}`)
      isBound = false
    }
  }

  /** Resolves with the answer's JSON. Throws for every status but 200 and 201. */
  #call(method: string, path: string, body?: object): Promise<unknown> {
    const { host, port, ca, token } = this.#options
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const headers = { authorization: `Bearer ${token}`, 'content-type': type }
    return new Promise((resolve, reject) => {
      const request = openRequest(
        { host, port, ca, method, path, headers, agent: this.#agent },
        (response) => {
          text(response).then((answer) => {
            if (response.statusCode === 200 || response.statusCode === 201) resolve(JSON.parse(answer))
            else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer}`))
          }, reject)
        },
      )
      request.once('error', reject)
      request.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }
}

export function randomName(): string {
  return `flowtrace-test-${randomBytes(5).toString('hex')}`
}
