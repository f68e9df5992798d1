/**
 * What the gateway answers to `policies.json`: the policies of a cluster, or of a folder, and what they are about, with the
 * times in which each version was in force. Times are Unix seconds.
 */

/**
 * `reading`: not yet listed. `failing`: the API server cannot be asked now, and what is held may be old. `forbidden`: the
 * gateway's account may not read the kind. `absent`: the cluster does not serve it.
 */
export const POLICY_KIND_STATES = ['ok', 'reading', 'failing', 'forbidden', 'absent'] as const
export type PolicyKindState = (typeof POLICY_KIND_STATES)[number]

export interface ServedPolicyKind {
  /** As kubectl takes it: `networkpolicies.networking.k8s.io`. */
  readonly kind: string
  readonly state: PolicyKindState
  /** A sentence without a full stop; null for `ok` and `reading`. */
  readonly why: string | null
}

/**
 * How the beginning of a version is known. `seen`: the gateway was told of the change as it came. `stated`: by the times that
 * the object carries. `assumed`: it is not known, and `from` is null.
 */
export const VERSION_BASES = ['seen', 'stated', 'assumed'] as const
export type VersionBasis = (typeof VERSION_BASES)[number]

/** What there was before a version: no such object, a version that is held too, or one that is not known. */
export const EARLIER_VERSIONS = ['none', 'held', 'unknown'] as const
export type EarlierVersion = (typeof EARLIER_VERSIONS)[number]

export interface ServedPolicyDocument {
  /** A path that no other document of the answer has. */
  readonly name: string
  /** YAML. */
  readonly text: string
  /** Null: it is not known since when, or a file, which has no time. */
  readonly from: number | null
  /** Null: still in force. */
  readonly until: number | null
  readonly basis: VersionBasis
  readonly earlier: EarlierVersion
}

export interface ServedPolicies {
  /** Another one for another answer. */
  readonly revision: string
  readonly origin: 'kubernetes' | 'files'
  /** From when on every change was seen; null before everything was listed, and for files. */
  readonly since: number | null
  readonly kinds: readonly ServedPolicyKind[]
  readonly documents: readonly ServedPolicyDocument[]
  /** Objects that were left out, because they would not fit or cannot be read, and versions that were forgotten early. */
  readonly omitted: { readonly objects: number; readonly versions: number }
}
