/** Asks the gateway's `clusters.json` how its connection to each cluster's Goldmane fares. */
import * as z from 'zod/mini'
import { UPSTREAM_STATES, type UpstreamState } from '../wire/freshness.ts'
import { download } from './network.ts'

/**
 * Times are Unix seconds: `now` and `since` by the gateway's clock, `lastBucket` the start of the newest bucket that it
 * has. A gateway of an older version tells neither `since` nor the denials.
 */
export interface ClusterState {
  readonly name: string
  readonly state: UpstreamState
  /** Why, for `silent` and `unreachable`: a sentence without a full stop. */
  readonly cause: string | null
  /** When the state began. */
  readonly since: number | null
  readonly lastBucket: number | null
  /** Of what the viewer may see: pairs that were denied within the hour held; null while that is not known. */
  readonly deniedPairs: number | null
  /** Those of them that were first denied in its last five minutes; null also while too little is held from before. */
  readonly newDenials: number | null
  readonly now: number
}

const countSchema = z.optional(z.nullable(z.int().check(z.minimum(0))))
const statesSchema = z.array(
  z.object({
    name: z.string(),
    state: z.enum(UPSTREAM_STATES),
    cause: z.nullable(z.string()),
    since: z.optional(z.nullable(z.number())),
    lastBucket: z.nullable(z.number()),
    deniedPairs: countSchema,
    newDenials: countSchema,
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
  const told = statesSchema.parse(await response.json())
  return new Map(
    told.map((state) => {
      const { since = null, deniedPairs = null, newDenials = null } = state
      return [state.name, { ...state, since, deniedPairs, newDenials }]
    }),
  )
}
