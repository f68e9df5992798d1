import type { ReactNode } from 'react'

import { ALL } from '../../filter/tree/expression.ts'
import { FlowtraceContext, type Source, useFlowtrace } from '../client/flowtrace.ts'

/** Two hours of a history, which end at a full hour. */
export const PAST = { from: 1_789_995_600, to: 1_790_002_800 }
/** What is open while these are read. */
export const OPEN_PAST = {
  kind: 'history',
  endpoint: 'http://localhost/',
  range: PAST,
  scope: ALL,
} as const satisfies Source['open']

export const HISTORY_URL = 'http://localhost/history.json'

/** Gives the source of a fake store the address of a history. */
export function WithHistory({ children }: { children: ReactNode }) {
  const shared = useFlowtrace()
  const source = { ...shared.source, history: HISTORY_URL }
  return <FlowtraceContext value={{ ...shared, source }}>{children}</FlowtraceContext>
}
