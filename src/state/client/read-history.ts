/** What the open source is of the history, as the header of its answer says it, and the words for that. */
import { useMemo } from 'react'

import type { CaptureGap } from '../../capture/format/capture-header.ts'
import { recordedGaps, whyIncomplete } from '../../capture/format/joined-headers.ts'
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatAge } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from './flowtrace.ts'
import type { TimeRange } from './time-range.ts'

export interface ReadHistory {
  readonly range: TimeRange
  /** Seconds that each record sums; 15 for records as Goldmane sent them. Null until the answer has begun. */
  readonly step: number | null
  readonly gaps: readonly CaptureGap[]
  /** `DuckDB`, `ClickHouse`; null until the answer has begun. */
  readonly engine: string | null
  /** Why a part is missing; null where nothing is known to be. */
  readonly incomplete: string | null
}

/** Null where the open source is no history. */
export function useReadHistory(): ReadHistory | null {
  const { open } = useFlowtrace().source
  const headers = useSnapshot(({ status }) => status.headers)
  return useMemo(() => {
    if (open.kind !== 'history') return null
    const [first] = headers
    return {
      range: open.range,
      step: first === undefined ? null : (first.step ?? BUCKET_SECONDS),
      gaps: recordedGaps(headers),
      engine: first?.source?.name ?? null,
      incomplete: whyIncomplete(headers),
    }
  }, [open, headers])
}

/** "summed by the hour"; null for records as Goldmane sent them. */
export function summedWords(step: number): string | null {
  if (step <= BUCKET_SECONDS) return null
  return step === 3600 ? 'summed by the hour' : `summed by ${formatAge(step)}`
}
