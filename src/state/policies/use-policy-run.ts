/** The hook that compares what the loaded policies say of many flows with what was recorded. */
import { useEffect, useRef, useState } from 'react'

import { type Trouble, TroubleError } from '../../source/trouble.ts'
import type { PolicyRunResult, RunProgress, RunRequest } from '../../store/policy-messages.ts'
import type { PolicyClient } from './policy-client.ts'

export type PolicyRunState =
  | { readonly step: 'none' }
  /** Null until the worker says how many keys there are. */
  | { readonly step: 'running'; readonly progress: RunProgress | null }
  | { readonly step: 'done'; readonly result: PolicyRunResult }
  | { readonly step: 'failed'; readonly trouble: Trouble }

/** The newest run, and what starts and cancels it. It is cancelled when the component goes. */
export function usePolicyRun(policies: Pick<PolicyClient, 'run'>): {
  readonly state: PolicyRunState
  readonly start: (request: RunRequest) => Promise<void>
  readonly cancel: () => void
} {
  const [state, setState] = useState<PolicyRunState>({ step: 'none' })
  const running = useRef(new AbortController())
  useEffect(() => () => running.current.abort(), [])
  const cancel = () => {
    running.current.abort()
    setState({ step: 'none' })
  }
  const start = async (request: RunRequest) => {
    running.current.abort()
    const { signal } = (running.current = new AbortController())
    setState({ step: 'running', progress: null })
    try {
      const result = await policies.run(request, signal, (progress) => {
        if (!signal.aborted) setState({ step: 'running', progress })
      })
      if (!signal.aborted) setState({ step: 'done', result })
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof TroubleError) setState({ step: 'failed', trouble: error.trouble })
      // Another run took its place.
      else setState({ step: 'none' })
    }
  }
  return { state, start, cancel }
}
