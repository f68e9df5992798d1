/** The play head of the screen. */
import { useFlowtrace } from '../client/flowtrace.ts'
import { useViewPart } from './navigation.ts'

/** The head of the capture that is replayed, Unix seconds; null while everything is shown, and for a live source. */
export function usePlayHead(): number | null {
  const { kind } = useFlowtrace().source.open
  const at = useViewPart((view) => view.at)
  return kind === 'live' ? null : at
}
