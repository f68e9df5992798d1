import { lazyChunk } from '../../lib/preload.ts'

/** The bounded calls to Goldmane with the gRPC-web client, as a lazy chunk. */
export const goldmaneQueries = lazyChunk(() => import('../../source/goldmane-queries.ts'))
