/** A recorded flow, with what the loaded manifests tell of its ends. */
import type { FlowKey } from '../../flows/flow.ts'
import type { KnownEnd } from './known-end.ts'
import type { LoadedServices } from './service-members.ts'

export interface KnownFlow {
  readonly key: FlowKey
  /** By IANA's list; null where it was not recorded: Felix writes one that has no name as its number. */
  readonly protocol: number | null
  readonly source: KnownEnd
  readonly destination: KnownEnd
  /** Records never tell these. */
  readonly sourcePort: number | null
  readonly icmp: { readonly type: number; readonly code: number } | null
  readonly loaded: LoadedServices
}
