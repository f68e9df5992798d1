/** Asks the gateway's `clusters.json` how its connection to each cluster's Goldmane fares. */
import * as z from 'zod/mini'
import { UPSTREAM_STATES, type UpstreamState } from '../wire/freshness.ts'
import { download } from './network.ts'

/** Times are Unix seconds: `now` by the gateway's clock, `lastBucket` the start of the newest bucket that it has. */
export interface ClusterState {
  readonly name: string
  readonly state: UpstreamState
  /** Why, for `silent` and `unreachable`: a sentence without a full stop. */
  readonly cause: string | null
  readonly lastBucket: number | null
  readonly now: number
}

const statesSchema = z.array(
  z.object({
    name: z.string(),
    state: z.enum(UPSTREAM_STATES),
    cause: z.nullable(z.string()),
    lastBucket: z.nullable(z.number()),
    now: z.number(),
  }),
)

/**
 * The state of each cluster by its name. Throws NetworkError, HttpError, an Error when the answer is not valid, or the
 * signal's reason after an abort.
 */
export async function fetchClusterStates(
  base: string,
  signal: AbortSignal,
  fetcher: typeof fetch = fetch,
): Promise<ReadonlyMap<string, ClusterState>> {
  const url = new URL('clusters.json', base).href
  const response = await download(fetcher, url, { signal, cache: 'no-store' })
  const states = statesSchema.parse(await response.json())
  return new Map(states.map((state) => [state.name, state]))
}
