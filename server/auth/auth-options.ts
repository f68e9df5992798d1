/** The settings of authentication, one type for each mode. */

export type AuthOptions = NoAuthOptions | TokenAuthOptions | ProxyAuthOptions | KubernetesAuthOptions

export type AuthMode = AuthOptions['mode']

/** Everybody who reaches the gateway sees everything. {@link checkExposure} says where that may be. */
export interface NoAuthOptions {
  readonly mode: 'none'
}

/** Who knows the secret sees everything. */
export interface TokenAuthOptions {
  readonly mode: 'token'
  /** A file with the secret: at least 16 characters; a newline at its end is not part of it. */
  readonly tokenFile: string
}

/** A proxy in front (oauth2-proxy, an ingress with external authentication) has authenticated the user. */
export interface ProxyAuthOptions {
  readonly mode: 'proxy'
  readonly headers?: IdentityHeaders
  /** The namespaces of each group. Without it, every user sees everything. */
  readonly groups?: Readonly<Record<string, 'all' | readonly string[]>>
  /** See {@link Viewer.hidesOtherEnd}; false unless given. */
  readonly hidesOtherEnd?: boolean
}

/** Names of headers, in lower case. */
export interface IdentityHeaders {
  /** `x-forwarded-user` unless given; behind nginx `auth_request` it is usually `x-auth-request-user`. */
  readonly user?: string
  /** Comma-separated groups; `x-forwarded-groups` unless given. */
  readonly groups?: string
  /** The user's name where `user` is missing; `x-forwarded-email` unless given. */
  readonly email?: string
}

/** The user's token is reviewed by the cluster's API server, and so are the user's rights. */
export interface KubernetesAuthOptions {
  readonly mode: 'kubernetes'
  /** Audiences of which the token must have one; none: it must be meant for the API server itself. */
  readonly audiences?: readonly string[]
  /** The right that opens a namespace, for SubjectAccessReview; the default is {@link DEFAULT_RIGHT}. */
  readonly right?: ReviewedRight
  /** See {@link Viewer.hidesOtherEnd}; false unless given. */
  readonly hidesOtherEnd?: boolean
  /** The API server; that of the pod's cluster, with the pod's service account, unless given. */
  readonly server?: ApiServerOptions
}

/** The resource attributes of a SubjectAccessReview. */
export interface ReviewedRight {
  readonly verb: string
  readonly group: string
  readonly resource: string
}

export interface ApiServerOptions {
  /** `https://HOST:PORT` */
  readonly url: string
  /** A file with the gateway's own token. */
  readonly tokenFile: string
  /** A PEM file with the CA of the server's certificate. */
  readonly caFile: string
}

/**
 * A virtual resource, as that of the metrics API: the right to read Goldmane's flows, whichever viewer asks for it. No role
 * that Kubernetes or Calico ships grants it but cluster-admin.
 */
export const DEFAULT_RIGHT: ReviewedRight = {
  verb: 'get',
  group: 'goldmane.projectcalico.org',
  resource: 'flows',
}
