/** What follows from the state of the source for the rest of the screen. */
import { useNow } from '../use-now.ts'
import { useFlowtrace, useSnapshot } from './flowtrace.ts'
import { isLost, isReading } from './source-state.ts'

/** Whether a history or a capture is still being read, so that every count is of a part. */
export function useIsPartial(): boolean {
  return useSnapshot(({ status: { source } }) => isReading(source))
}

/** Whether a live source is away and nothing of it is held, so that the table would have nothing to show. */
export function useIsUnreachable(): boolean {
  const isLive = useFlowtrace().source.open.kind === 'live'
  const hasNothing = useSnapshot(
    ({ status: { source, holdings } }) => isLost(source) && holdings.records === 0,
  )
  return isLive && hasNothing
}

/**
 * Whether records go on coming: those of a stream do, also while it is broken, or its gateway has started anew and connects;
 * those of its history and of a capture do not.
 */
export function useIsStreaming(): boolean {
  const { kind } = useFlowtrace().source.open
  return useSnapshot(
    ({ status: { source } }) =>
      kind !== 'history' &&
      (['live', 'reading', 'silent', 'reconnecting'].includes(source.state) ||
        (kind === 'live' && source.state === 'connecting')),
  )
}

/** Whether records age: those of a stream and of its history do; those of a capture do not. */
export function useHasAges(): boolean {
  const isHistory = useFlowtrace().source.open.kind === 'history'
  const isStreaming = useIsStreaming()
  return isHistory || isStreaming
}

/** Unix seconds by the clock of the records, which the cluster's may keep minutes apart from ours. Ticks as `useNow`. */
export function useClusterNow(ticking = true): number {
  const skew = useSnapshot(({ status }) => status.live?.clockSkew ?? 0)
  return useNow(ticking) + skew
}
