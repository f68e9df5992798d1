/** Who may do what in the small API server: as much of RBAC as tests need. */

export interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

export interface Subject {
  readonly kind: 'User' | 'Group' | 'ServiceAccount'
  readonly name: string
  readonly namespace?: string
}

export interface Binding {
  /** Null for a ClusterRoleBinding. */
  readonly namespace: string | null
  readonly role: string
  readonly subjects: readonly Subject[]
}

export interface User {
  readonly username: string
  readonly groups: readonly string[]
  readonly uid: string
}

export interface Right {
  readonly verb?: string
  readonly group?: string
  readonly resource?: string
  readonly namespace?: string | undefined
  readonly version?: string | undefined
  readonly name?: string | undefined
}

export const BOOTSTRAP_ROLES: ReadonlyMap<string, readonly Rule[]> = new Map([
  ['cluster-admin', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]],
  [
    'system:auth-delegator',
    [
      { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
      { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    ],
  ],
])

export function isDiscovery(path: string): boolean {
  return /^\/apis(\/[^/]+\/v\w+)?$/.test(path)
}

export function rightOf(method: string, { pathname, searchParams }: URL): Right {
  const match =
    /^\/(?:api|apis\/([^/]+))\/(v\w+)(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?/.exec(pathname)
  const [, group = '', version, namespace, resource = '', name] = match ?? []
  const reading = searchParams.get('watch') === 'true' ? 'watch' : 'list'
  const verb = { GET: reading, POST: 'create', PATCH: 'patch', DELETE: 'delete' }[method] ?? method
  return { verb, group, version, resource, namespace, name }
}

export function isSubject(user: User, { kind, name, namespace }: Subject): boolean {
  if (kind === 'Group') return user.groups.includes(name)
  return user.username === (kind === 'User' ? name : `system:serviceaccount:${namespace}:${name}`)
}

export function ruleCovers(
  { apiGroups, resources, verbs }: Rule,
  { group = '', resource = '', verb = '' }: Right,
): boolean {
  return names(apiGroups, group) && names(resources, resource) && names(verbs, verb)
}

function names(list: readonly string[], name: string): boolean {
  return list.includes('*') || list.includes(name)
}
