/** Hooks about the policies that the page has loaded. */
import { useEffect, useState, useSyncExternalStore } from 'react'

import type { PolicyExplanation } from '../../store/policy-messages.ts'
import { useFlowtrace } from '../client/flowtrace.ts'
import { useRecordSeconds } from '../client/record-seconds.ts'
import type { Row } from '../client/rows.ts'
import type { StoreClient } from '../client/store-client.ts'
import type { TimeRange } from '../client/time-range.ts'
import type { PoliciesState } from './policies-state.ts'
import { PolicyClient } from './policy-client.ts'

export type * from '../../store/policy-messages.ts'
export type { PoliciesState } from './policies-state.ts'

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

interface Explained {
  readonly id: string
  readonly version: number
  readonly explanation: PolicyExplanation
}

type Question = Pick<Row, 'id' | 'key' | 'sourceLabels' | 'destLabels'> & { readonly during: TimeRange }

/** As text, because the row is another object with each answer of the worker. */
function questionOf(
  { id, key, sourceLabels, destLabels, firstSeen, lastSeen }: Row,
  recordSeconds: number,
): string {
  const during = { from: Math.max(firstSeen, lastSeen - recordSeconds), to: lastSeen }
  return JSON.stringify({ id, key, sourceLabels, destLabels, during } satisfies Question)
}

/**
 * What the loaded policies say of a row; null without policies or a row, and until the first answer. The answer of before is
 * returned while the same row is asked about again, as when records of it came.
 */
export function useExplanation(row: Row | null): PolicyExplanation | null {
  const { policies, state } = usePolicies()
  const [explained, setExplained] = useState<Explained | null>(null)
  const { version, loaded } = state
  const recordSeconds = useRecordSeconds()
  const question = row === null || loaded === null ? null : questionOf(row, recordSeconds)
  useEffect(() => {
    if (question === null) return undefined
    const abort = new AbortController()
    const { id, during, ...flow } = JSON.parse(question) as Question // as it was printed
    policies
      .explain(flow, during, abort.signal)
      .then((explanation) => setExplained({ id, version, explanation }))
      // Aborted, or the worker is gone, which the screen says already.
      .catch(() => {})
    return () => abort.abort('the row is no longer asked about')
  }, [policies, version, question])
  const isCurrent = question !== null && explained?.id === row?.id && explained?.version === version
  return isCurrent ? (explained?.explanation ?? null) : null
}
