/** Hooks about the policies that the page has loaded. */
import { useEffect, useState, useSyncExternalStore } from 'react'

import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { PolicyExplanation } from '../../store/policy-messages.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import type { Row } from '../client/rows.ts'
import type { StoreClient } from '../client/store-client.ts'
import { type PoliciesState, PolicyClient } from './policy-client.ts'

export type * from '../../store/policy-messages.ts'
export type { PoliciesState } from './policy-client.ts'

const clients = new WeakMap<StoreClient, PolicyClient>()

/** The policies of a page, outside of components. */
export function policiesOf(client: StoreClient): PolicyClient {
  const known = clients.get(client) ?? new PolicyClient(client.policies)
  clients.set(client, known)
  return known
}

export function usePolicies(): { readonly policies: PolicyClient; readonly state: PoliciesState } {
  const policies = policiesOf(useFlowtrace().client)
  return { policies, state: useSyncExternalStore(policies.state.subscribe, policies.state.get) }
}

/** What is explained of a row, and of which policies. */
interface Explained {
  readonly id: string
  readonly version: number
  readonly explanation: PolicyExplanation
}

/**
 * What the loaded policies say of a row; null without policies or a row, and until the first answer. The answer of before is
 * returned while the same row is asked about again, as when records of it came.
 */
export function useExplanation(row: Row | null): PolicyExplanation | null {
  const { policies, state } = usePolicies()
  const [explained, setExplained] = useState<Explained | null>(null)
  const { version, loaded } = state
  const isAsked = row !== null && loaded !== null
  const lastSeen = row?.lastSeen
  const id = row?.id
  useEffect(() => {
    if (!isAsked) return undefined
    const abort = new AbortController()
    const { key, sourceLabels, destLabels } = row
    const to = row.lastSeen
    const newest = { from: Math.max(row.firstSeen, to - BUCKET_SECONDS), to }
    policies
      .explain({ key, sourceLabels, destLabels }, newest, abort.signal)
      .then((explanation) => setExplained({ id: row.id, version, explanation }))
      // Aborted, or the worker is gone, which the screen says already.
      .catch(() => {})
    return () => abort.abort('the row is no longer asked about')
    // A row of other records has another time of its last one.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [policies, version, isAsked, id, lastSeen])
  return explained !== null && explained.id === id && explained.version === version && isAsked
    ? explained.explanation
    : null
}
