/** The step of the demo's story that is in force, asked while somebody looks, and the way to another one. */
import { useMutation, useQuery } from '@tanstack/react-query'

import type { DemoStep } from '../../demo/demo-step.ts'
import { chooseDemoStep, type DemoState, fetchDemoState } from '../../source/demo-policies.ts'
import { toTrouble } from '../../source/trouble.ts'
import { queryClient } from './query-client.ts'

export type { DemoState } from '../../source/demo-policies.ts'

/** Others may choose a step, too. */
const POLL_MS = 5000
const TIMEOUT_MS = 10_000
const KEY = ['demo']

export interface DemoPolicies {
  /** Undefined until the server has answered. */
  readonly state: DemoState | undefined
  /** The step whose choice is on its way. */
  readonly choosing: DemoStep | null
  /** A sentence; null for none. */
  readonly failure: string | null
  readonly choose: (step: DemoStep) => void
}

export function useDemoPolicies(): DemoPolicies {
  const asked = useQuery(
    {
      queryKey: KEY,
      refetchInterval: POLL_MS,
      queryFn: ({ signal }) => fetchDemoState(document.baseURI, signal),
    },
    queryClient,
  )
  const chosen = useMutation(
    {
      // An answer that was asked for before would show the step of before.
      onMutate: () => queryClient.cancelQueries({ queryKey: KEY }),
      mutationFn: (step: DemoStep) => chooseDemoStep(document.baseURI, step, AbortSignal.timeout(TIMEOUT_MS)),
      onSuccess: (state) => queryClient.setQueryData(KEY, state),
    },
    queryClient,
  )
  const error = chosen.error ?? asked.error
  return {
    state: asked.data,
    choosing: chosen.isPending ? chosen.variables : null,
    failure: error === null ? null : toTrouble(error).say,
    choose: (step) => chosen.mutate(step),
  }
}
