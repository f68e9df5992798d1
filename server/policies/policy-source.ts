/** Where the policies come from that the gateway serves beside the flows of a cluster. */
import type { PastDemoPolicies } from '../../src/demo/step-history.ts'
import type { ServedPolicies } from '../../src/wire/served-policies.ts'
import type { ApiServerOptions } from '../auth/auth-options.ts'
import type { Viewer } from '../auth/viewer.ts'

export type PolicyOptions =
  /** The API server of the cluster; that of the gateway's own cluster unless given. */
  | { readonly kind: 'kubernetes'; readonly server?: ApiServerOptions }
  /** A file or a folder of manifests. */
  | { readonly kind: 'files'; readonly path: string }
  /** Those that the demo's flows are computed from. */
  | { readonly kind: 'demo'; readonly policies: PastDemoPolicies }

export type PoliciesContent = Omit<ServedPolicies, 'revision'>

export interface PolicySource {
  /** Another text when what a viewer is shown may have changed. */
  revision(): Promise<string>
  /** What the viewer may see. */
  contentFor(viewer: Viewer): PoliciesContent
  readonly readings: PolicyReadings
  close(): Promise<void>
}

/** For the metrics. */
export interface PolicyReadings {
  /** Objects in force, or files. */
  readonly objects: number
  /** Unix milliseconds of the last list, event or bookmark; null before. */
  readonly lastEventAt: number | null
  readonly failures: number
}
