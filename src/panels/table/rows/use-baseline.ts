import { useMemo } from 'react'

import { useSnapshot } from '../../../state/client/flowtrace.ts'
import { useMark } from '../../../state/remembered/seen-until.ts'
import { useView } from '../../../state/view/navigation.ts'
import { type Baseline, baselineOf } from './novelty.ts'

/** Since when rows count as new; it stands still while the view does. */
export function useBaseline(): Baseline {
  const mark = useMark()
  const [{ time }] = useView()
  const oldest = useSnapshot(({ status }) => status.holdings.oldest)
  const newest = useSnapshot(({ answer }) => answer?.newest ?? null)
  return useMemo(() => baselineOf(mark, { oldest, newest }, time !== null), [mark, oldest, newest, time])
}
