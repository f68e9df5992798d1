/**
 * A small Kubernetes API server over HTTPS: TokenReview and SubjectAccessReview, discovery, objects that are listed and
 * watched, and as much of RBAC and service accounts as a test needs to grant and revoke. The suites that use it also run
 * against a real API server, so that both are held to one contract.
 */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { type ApiAnswer, type ApiObject, ApiObjects, statusAnswer } from './api-objects.ts'
import { createAuthority } from './certificates.ts'
import {
  type Binding,
  BOOTSTRAP_ROLES,
  isDiscovery,
  isSubject,
  type Right,
  rightOf,
  type Rule,
  ruleCovers,
  type Subject,
  type User,
} from './kube-rights.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** What the audiences of a token are unless it was made for others. */
const DEFAULT_AUDIENCE = 'https://kubernetes.default.svc'

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
  /** The path of every call that reads, with its query. */
  readonly queries: readonly string[]
  readonly objects: ApiObjects
  /** By group and version, as in `networking.k8s.io/v1`: the plurals that it serves. */
  readonly served: Map<string, readonly string[]>
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
  const objects = new ApiObjects(() => api.now())
  const served = new Map(SERVED)
  const cluster = new Cluster(() => api.now(), objects, served)
  const calls: string[] = []
  const queries: string[] = []
  const server = createServer(await authority.server('127.0.0.1'), (request, response) => {
    calls.push(`${request.method} ${request.url?.replace(/\?.*$/, '')}`)
    if (request.method === 'GET') queries.push(request.url ?? '')
    if (api.fault !== null && request.url?.endsWith(api.fault.path) === true) api.fault.answer(response)
    else if (api.failsAfter-- > 0) void answer(cluster, request, response)
    else response.writeHead(500).end()
  })
  const port = await listenOnLoopback(server)
  const api: KubeApi = {
    port,
    ca: authority.ca,
    calls,
    queries,
    objects,
    served,
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
  const url = new URL(request.url ?? '', 'https://localhost')
  const answered = cluster.handle(
    request.method ?? '',
    url,
    request.headers.authorization?.replace(/^Bearer /, '') ?? '',
    // The bodies are those of our own tests and of the code under test.
    body === '' ? {} : (JSON.parse(body) as Body),
  )
  if (answered === 'watch') return cluster.objects.watch(url.pathname, url.searchParams, response)
  const { status, value } = answered
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

interface MadeToken {
  readonly account: string
  readonly audiences: readonly string[]
  /** Unix seconds. */
  readonly expires: number
}

/** What a real one with Calico's CRDs serves of the kinds that tests need. */
const SERVED: ReadonlyMap<string, readonly string[]> = new Map([
  ['networking.k8s.io/v1', ['networkpolicies', 'ingresses']],
  [
    'crd.projectcalico.org/v1',
    [
      'networkpolicies',
      'globalnetworkpolicies',
      'stagednetworkpolicies',
      'stagedglobalnetworkpolicies',
      'stagedkubernetesnetworkpolicies',
      'tiers',
      'networksets',
      'globalnetworksets',
    ],
  ],
  ['policy.networking.k8s.io/v1alpha2', ['clusternetworkpolicies']],
])

class Cluster {
  readonly objects: ApiObjects
  readonly #served: ReadonlyMap<string, readonly string[]>
  readonly #roles = new Map(BOOTSTRAP_ROLES)
  readonly #bindings = new Map<string, Binding>()
  /** `namespace/name`. */
  readonly #accounts = new Map<string, User>()
  readonly #tokens = new Map<string, MadeToken>()
  readonly #now: () => number

  constructor(now: () => number, objects: ApiObjects, served: ReadonlyMap<string, readonly string[]>) {
    this.#now = now
    this.objects = objects
    this.#served = served
  }

  handle(method: string, url: URL, token: string, body: Body): ApiAnswer | 'watch' {
    const caller = this.#userOf(token, [DEFAULT_AUDIENCE])
    if (caller === null) return statusAnswer(401)
    if (method === 'GET' && isDiscovery(url.pathname)) return this.#discover(url.pathname)
    const right = rightOf(method, url)
    if (!this.#isAllowed(caller.user, right)) return statusAnswer(403)
    if (right.resource === 'tokenreviews') return this.#reviewToken(body)
    if (right.resource === 'subjectaccessreviews') return this.#reviewAccess(body)
    if (this.#isObject(right)) return this.#handleObject(right, url, body)
    return this.#change(method, url, body)
  }

  #reviewToken({ spec }: Body): ApiAnswer {
    const audiences = spec?.audiences ?? [DEFAULT_AUDIENCE]
    if (!spec?.token) return statusAnswer(400)
    // As a real one does, for which it is the value of an Authorization header.
    const found = this.#userOf(spec.token.split(' ')[0] ?? '', audiences)
    const status =
      found === null ? { user: {}, error: 'invalid bearer token' } : { authenticated: true, ...found }
    return { status: 201, value: { kind: 'TokenReview', spec, status } }
  }

  #reviewAccess({ spec }: Body): ApiAnswer {
    const user = { username: spec?.user ?? '', groups: spec?.groups ?? [], uid: '' }
    const allowed = this.#isAllowed(user, spec?.resourceAttributes ?? {})
    return { status: 201, value: { kind: 'SubjectAccessReview', spec, status: { allowed } } }
  }

  #discover(path: string): ApiAnswer {
    const [, version] = /^\/apis\/(.+)$/.exec(path) ?? []
    if (version !== undefined) {
      const names = this.#served.get(version)
      if (names === undefined) return statusAnswer(404, 'NotFound')
      const resources = names.map((name) => ({ name, verbs: ['get', 'list', 'watch', 'create'] }))
      return { status: 200, value: { kind: 'APIResourceList', resources } }
    }
    const groups = [...this.#served.keys()].map((served) => {
      const [name = '', only = ''] = served.split('/')
      return { name, versions: [{ version: only }], preferredVersion: { version: only } }
    })
    return { status: 200, value: { kind: 'APIGroupList', groups } }
  }

  #isObject({ group = '', version, resource = '' }: Right): boolean {
    return group === ''
      ? resource === 'namespaces'
      : (this.#served.get(`${group}/${version}`)?.includes(resource) ?? false)
  }

  #handleObject({ verb, namespace, name }: Right, url: URL, body: Body): ApiAnswer | 'watch' {
    if (verb === 'watch') return 'watch'
    if (verb === 'list') return this.objects.list(url.pathname, url.searchParams)
    const list = (name === undefined ? url.pathname : url.pathname.slice(0, -name.length - 1)).replace(
      namespace === undefined ? '' : `/namespaces/${namespace}`,
      '',
    )
    if (verb === 'delete') return this.objects.remove(url.pathname)
    const object = body as ApiObject // A test creates whole objects.
    return this.objects.put(
      list,
      name === undefined ? `${url.pathname}/${object.metadata.name}` : url.pathname,
      object,
    )
  }

  /** Creates or deletes an object. */
  #change(method: string, url: URL, body: Body): ApiAnswer {
    const path = url.pathname.replace(/^\/(api\/v1|apis\/[^/]+\/v1)/, '')
    const [, namespace = null, resource = '', name = body.metadata?.name ?? '', subresource = ''] =
      /^(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path) ?? []
    const id = `${namespace}/${name}`
    if (subresource === 'token') return this.#createToken(id, body)
    if (method === 'DELETE') {
      for (const map of [this.#bindings, this.#accounts]) map.delete(id)
      return statusAnswer(200)
    }
    if (resource === 'clusterroles') this.#roles.set(name, body.rules ?? [])
    if (resource === 'serviceaccounts' && namespace !== null)
      this.#accounts.set(id, accountUser(namespace, name))
    if (resource === 'rolebindings' || resource === 'clusterrolebindings')
      this.#bindings.set(id, { namespace, role: body.roleRef?.name ?? '', subjects: body.subjects ?? [] })
    return { status: 201, value: body }
  }

  #createToken(account: string, { spec }: Body): ApiAnswer {
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

function accountUser(namespace: string, name: string): User {
  return {
    username: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    uid: randomUUID(),
  }
}
