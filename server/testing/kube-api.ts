/**
 * A small Kubernetes API server over HTTPS, with what authentication asks of one: TokenReview, SubjectAccessReview, the list
 * of namespaces, and as much of RBAC and service accounts as a test needs to grant and revoke. The suite that uses it also
 * runs against a real API server, so that both are held to one contract.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { createAuthority } from './certificates.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount'
  readonly name: string
  readonly namespace?: string
}

interface Binding {
  /** Null for a ClusterRoleBinding. */
  readonly namespace: string | null
  readonly role: string
  readonly subjects: readonly Subject[]
}

interface User {
  readonly username: string
  readonly groups: readonly string[]
  readonly uid: string
}

interface Right {
  readonly verb?: string
  readonly group?: string
  readonly resource?: string
  readonly namespace?: string | undefined
}

/** What the audiences of a token are unless it was made for others. */
const DEFAULT_AUDIENCE = 'https://kubernetes.default.svc'

const BOOTSTRAP_ROLES: ReadonlyMap<string, readonly Rule[]> = new Map([
  ['cluster-admin', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]],
  [
    'system:auth-delegator',
    [
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
      { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    ],
  ],
])

const STATIC_TOKENS: ReadonlyMap<string, User> = new Map([
  ['admintoken', { username: 'admin', groups: ['system:masters'], uid: '1' }],
  ['viewertoken', { username: 'viewer', groups: ['viewers'], uid: '2' }],
  ['strangertoken', { username: 'stranger', groups: [], uid: '3' }],
])

/** What a test may do to the server that no real one lets itself be told. */
export interface KubeApi {
  readonly port: number
  /** PEM. */
  readonly ca: string
  /** `METHOD /path` of every call, without its query. */
  readonly calls: readonly string[]
  /** Answers calls whose path ends like this in place of the server, while it is set. */
  fault: { readonly path: string; readonly answer: (response: ServerResponse) => void } | null
  /** How many calls it answers before it fails. */
  failsAfter: number
  /** Unix milliseconds, after which its tokens expire. */
  now: () => number
  close(): void
}

/** Starts it on a free port of 127.0.0.1. */
export async function startKubeApi(): Promise<KubeApi> {
  const authority = await createAuthority('a cluster')
  const cluster = new Cluster(() => api.now())
  const calls: string[] = []
  const server = createServer(await authority.server('127.0.0.1'), (request, response) => {
    calls.push(`${request.method} ${request.url?.replace(/\?.*$/, '')}`)
    if (api.fault !== null && request.url?.endsWith(api.fault.path) === true) api.fault.answer(response)
    else if (api.failsAfter-- > 0) void answer(cluster, request, response)
    else response.writeHead(500).end()
  })
  const port = await listenOnLoopback(server)
  const api: KubeApi = {
    port,
    ca: authority.ca,
    calls,
    fault: null,
    failsAfter: Infinity,
    now: Date.now,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return api
}

async function answer(cluster: Cluster, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request)
  const { status, value } = cluster.handle(
    request.method ?? '',
    new URL(request.url ?? '', 'https://localhost'),
    request.headers.authorization?.replace(/^Bearer /, '') ?? '',
    // The bodies are those of our own tests and of the code under test.
    body === '' ? {} : (JSON.parse(body) as Body),
  )
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

/** The members of request bodies that are read here. */
interface Body {
  readonly metadata?: { readonly name: string }
  readonly rules?: readonly Rule[]
  readonly roleRef?: { readonly name: string }
  readonly subjects?: readonly Subject[]
  readonly spec?: {
    readonly token?: string
    readonly audiences?: readonly string[]
    readonly user?: string
    readonly groups?: readonly string[]
    readonly resourceAttributes?: Right
  }
}

interface Answer {
  readonly status: number
  readonly value: unknown
}

interface MadeToken {
  readonly account: string
  readonly audiences: readonly string[]
  /** Unix seconds. */
  readonly expires: number
}

const refuse = (status: number): Answer => ({ status, value: { kind: 'Status', code: status } })

class Cluster {
  readonly #namespaces = new Set(['default', 'kube-system'])
  readonly #roles = new Map(BOOTSTRAP_ROLES)
  readonly #bindings = new Map<string, Binding>()
  /** `namespace/name`. */
  readonly #accounts = new Map<string, User>()
  readonly #tokens = new Map<string, MadeToken>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  handle(method: string, url: URL, token: string, body: Body): Answer {
    const caller = this.#userOf(token, [DEFAULT_AUDIENCE])
    if (caller === null) return refuse(401)
    const right = rightOf(method, url.pathname)
    if (!this.#isAllowed(caller.user, right)) return refuse(403)
    if (right.resource === 'tokenreviews') return this.#reviewToken(body)
    if (right.resource === 'subjectaccessreviews') return this.#reviewAccess(body)
    if (right.resource === 'namespaces' && method === 'GET') return this.#listNamespaces(url)
    return this.#change(method, url, body)
  }

  #reviewToken({ spec }: Body): Answer {
    const audiences = spec?.audiences ?? [DEFAULT_AUDIENCE]
    if (!spec?.token) return refuse(400)
    // As a real one does, for which it is the value of an Authorization header.
    const found = this.#userOf(spec.token.split(' ')[0] ?? '', audiences)
    const status =
      found === null ? { user: {}, error: 'invalid bearer token' } : { authenticated: true, ...found }
    return { status: 201, value: { kind: 'TokenReview', spec, status } }
  }

  #reviewAccess({ spec }: Body): Answer {
    const user = { username: spec?.user ?? '', groups: spec?.groups ?? [], uid: '' }
    const allowed = this.#isAllowed(user, spec?.resourceAttributes ?? {})
    return { status: 201, value: { kind: 'SubjectAccessReview', spec, status: { allowed } } }
  }

  #listNamespaces(url: URL): Answer {
    const limit = Number(url.searchParams.get('limit') ?? 500)
    const start = Number(url.searchParams.get('continue') ?? 0)
    const all = [...this.#namespaces].sort()
    const items = all.slice(start, start + limit).map((name) => ({ metadata: { name } }))
    const next = start + limit < all.length ? { continue: String(start + limit) } : {}
    return { status: 200, value: { kind: 'NamespaceList', metadata: next, items } }
  }

  /** Creates or deletes an object. */
  #change(method: string, url: URL, body: Body): Answer {
    const path = url.pathname.replace(/^\/(api\/v1|apis\/[^/]+\/v1)/, '')
    const [, namespace = null, resource = '', name = body.metadata?.name ?? '', subresource = ''] =
      /^(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? []
    const id = `${namespace}/${name}`
    if (subresource === 'token') return this.#createToken(id, body)
    if (method === 'DELETE') {
      for (const map of [this.#bindings, this.#accounts]) map.delete(id)
      return refuse(200)
    }
    if (resource === 'namespaces') this.#namespaces.add(name)
    if (resource === 'clusterroles') this.#roles.set(name, body.rules ?? [])
    if (resource === 'serviceaccounts' && namespace !== null)
      this.#accounts.set(id, accountUser(namespace, name))
    if (resource === 'rolebindings' || resource === 'clusterrolebindings')
      this.#bindings.set(id, { namespace, role: body.roleRef?.name ?? '', subjects: body.subjects ?? [] })
    return { status: 201, value: body }
  }

  #createToken(account: string, { spec }: Body): Answer {
    const expires = Math.floor(this.#now() / 1000) + 3600
    const claims = Buffer.from(JSON.stringify({ sub: account, exp: expires })).toString('base64url')
    const token = `header.${claims}.${randomUUID()}`
    this.#tokens.set(token, { account, audiences: spec?.audiences ?? [DEFAULT_AUDIENCE], expires })
    return { status: 201, value: { kind: 'TokenRequest', status: { token } } }
  }

  /** The user of a token, and for which of the audiences it is. */
  #userOf(
    token: string,
    audiences: readonly string[],
  ): { readonly user: User; readonly audiences: readonly string[] } | null {
    const made = this.#tokens.get(token)
    if (made !== undefined && this.#now() >= made.expires * 1000) return null
    const user = made === undefined ? STATIC_TOKENS.get(token) : this.#accounts.get(made.account)
    const meant = (made?.audiences ?? [DEFAULT_AUDIENCE]).filter((audience) => audiences.includes(audience))
    return user === undefined || meant.length === 0 ? null : { user, audiences: meant }
  }

  #isAllowed(user: User, right: Right): boolean {
    if (user.groups.includes('system:masters')) return true
    return [...this.#bindings.values()].some(
      ({ namespace, role, subjects }) =>
        (namespace === null || namespace === right.namespace) &&
        subjects.some((subject) => isSubject(user, subject)) &&
        (this.#roles.get(role) ?? []).some((rule) => ruleCovers(rule, right)),
    )
  }
}

function rightOf(method: string, path: string): Right {
  const match = /^\/(?:api|apis\/([^/]+))\/v1(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)/.exec(path)
  const [, group = '', namespace, resource = ''] = match ?? []
  const verb = { GET: 'list', POST: 'create', DELETE: 'delete' }[method] ?? method
  return { verb, group, resource, namespace }
}

function accountUser(namespace: string, name: string): User {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    uid: randomUUID(),
  }
}

function isSubject(user: User, { kind, name, namespace }: Subject): boolean {
  if (kind === 'Group') return user.groups.includes(name)
  return user.username === (kind === 'User' ? name : `system:serviceaccount:${namespace}:${name}`)
}

function ruleCovers(
  { apiGroups, resources, verbs }: Rule,
  { group = '', resource = '', verb = '' }: Right,
): boolean {
  return names(apiGroups, group) && names(resources, resource) && names(verbs, verb)
}

function names(list: readonly string[], name: string): boolean {
  return list.includes('*') || list.includes(name)
}
