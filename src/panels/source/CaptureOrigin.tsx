import { useSnapshot } from '../../state/client/flowtrace.ts'
import { originWords } from './origin-words.ts'

/** What the headers of a capture say about where its records come from. */
export function CaptureOrigin() {
  const words = originWords(useSnapshot(({ status }) => status.headers))
  return words === null ? null : <span title={words.whole}>{words.short}</span>
}
