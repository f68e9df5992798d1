/**
 * What the gateway answers to `history/hits`: which hits the traces of a range have, each with when it was recorded, and how much
 * of the range was recorded, without which a hit that is not there says nothing. Times are Unix seconds.
 */
import * as z from 'zod/mini'

import { REPORTERS } from '../flows/flow.ts'
import type { RecordedHit, RecordedPart } from '../flows/recorded-hit.ts'
import { hitSchema, nameIn, timeSchema } from './hit-schema.ts'
import type { StoredGap } from './history-status.ts'

/** More than the rules of a cluster; the newest hits are sent. */
export const MAX_RECORDED_HITS = 50_000

export interface HitsAnswer {
  /** The range in whole hours: [from, to). */
  readonly from: number
  readonly to: number
  readonly recorded: RecordedPart
  /** Of the range, sorted by time. */
  readonly gaps: readonly StoredGap[]
  /** Without those of profiles, which no policy has. The newest first. */
  readonly hits: readonly RecordedHit[]
  /** How many older ones are not listed. */
  readonly omitted: number
  /** Why a part is missing, a sentence without a full stop; null if it is whole. */
  readonly incomplete: string | null
}

const whole = z.int().check(z.nonnegative())
const text = z.string().check(z.maxLength(10_000))
const answerSchema = z.object({
  from: timeSchema,
  to: timeSchema,
  recorded: z.object({
    first: z.nullable(timeSchema),
    last: z.nullable(timeSchema),
    hours: whole,
    ofHours: whole,
  }),
  gaps: z.array(z.object({ from: timeSchema, to: timeSchema, cause: text })),
  hits: z
    .array(
      z.object({
        reporter: nameIn(REPORTERS),
        stage: z.enum(['enforced', 'pending']),
        hit: hitSchema,
        first: timeSchema,
        last: timeSchema,
        records: whole,
      }),
    )
    .check(z.maxLength(MAX_RECORDED_HITS)),
  omitted: whole,
  incomplete: z.nullable(text),
})

/** Null for what is no such answer. */
export function parseHits(json: unknown): HitsAnswer | null {
  const { success, data } = answerSchema.safeParse(json)
  return success ? data : null
}
