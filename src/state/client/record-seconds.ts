/** How long a record of the open source is. */
import { recordSecondsOf } from '../../capture/format/joined-headers.ts'
import { useSnapshot } from './flowtrace.ts'

/** Seconds: a bucket of Goldmane, or more where records are sums, as in a long range of the history. */
export function useRecordSeconds(): number {
  return useSnapshot(({ status }) => recordSecondsOf(status.headers))
}
