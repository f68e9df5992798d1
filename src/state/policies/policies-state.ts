/** What a page has loaded of policies. */
import type { Trouble } from '../../source/trouble.ts'
import type { LoadedPolicies, PolicyDocument, ReadProgress } from '../../store/policy-messages.ts'

export interface PoliciesState {
  /** What is loaded, as it was given; empty while nothing is. */
  readonly documents: readonly PolicyDocument[]
  readonly loaded: LoadedPolicies | null
  /** Another number whenever other policies are in use: what was asked before is asked anew. */
  readonly version: number
  /** How far documents are read, also when they are read again for another source; null while none are. */
  readonly reading: ReadProgress | null
  /** Why the documents given last could not be loaded. Those of before stay. */
  readonly trouble: Trouble | null
}

export const NOTHING_LOADED: PoliciesState = {
  documents: [],
  loaded: null,
  version: 0,
  reading: null,
  trouble: null,
}
