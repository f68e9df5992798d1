import type { ReactNode } from 'react'

import { FlowtraceContext, useFlowtrace } from '../client/flowtrace.ts'

export const HISTORY_URL = 'http://localhost/history.json'

/** Gives the source of a fake store the address of a history. */
export function WithHistory({ children }: { children: ReactNode }) {
  const shared = useFlowtrace()
  const source = { ...shared.source, history: HISTORY_URL }
  return <FlowtraceContext value={{ ...shared, source }}>{children}</FlowtraceContext>
}
