/** What a recording left out, as gaps of its capture. */
import { bucketStart } from '../../flows/bucket.ts'
import type { Recording } from '../../recording/recording.ts'
import type { Feed } from './feed.ts'

/** A kept recording that goes on: what came since is recorded too, as far as the source holds it. */
export interface Resumption {
  /** Records that end later are recorded, Unix seconds. */
  readonly from: number
  /** The start of the bucket in which it goes on. */
  readonly to: number
  /** `recordMark` of the kept records that end after `from`. */
  readonly kept: ReadonlySet<string>
}

/** The pauses with one that ends now (Unix seconds): where the present bucket begins, which is recorded whole. */
export function withPause(
  { window, pauses }: Pick<Recording, 'window' | 'pauses'>,
  now: number,
  reason: string,
): Recording['pauses'] {
  const from = Math.max(window.to ?? window.from, pauses.at(-1)?.to ?? window.from)
  const to = bucketStart(now)
  return to > from ? [...pauses, { from, to, reason }] : pauses
}

/** What is gone of the time before a resumption: from there to the oldest record that the source held, if any. */
export function resumptionGap({ from, to }: Resumption, oldest: number | null): Recording['pauses'] {
  const end = Math.min(to, oldest ?? to)
  return end > from ? [{ from, to: end, reason: 'not recorded' }] : []
}

/** The gaps of the source in the time of the recording until `to`. Those of evicted records are known from before alone. */
export function lostIn(
  { window, lost }: Recording,
  to: number,
  feed: Pick<Feed, 'store' | 'status'>,
): Recording['lost'] {
  const { holdings, live } = feed.status()
  const oldest = holdings.oldest ?? 0
  const known = [...feed.store.gapDetector.gaps(), ...(live?.lost ?? [])]
    .filter((gap) => gap.to > window.from && gap.from < to)
    .map((gap) => ({ from: Math.max(gap.from, window.from), to: gap.to, reason: 'nothing was received' }))
  return [...lost.filter((gap) => gap.to <= oldest && !known.some(({ from }) => from === gap.from)), ...known]
}
