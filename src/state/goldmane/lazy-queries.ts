import { lazyChunk } from '../../lib/preload.ts'

/** The bounded calls to Goldmane, with grpc-web: not needed for the first paint. */
export const goldmaneQueries = lazyChunk(() => import('../../source/goldmane-queries.ts'))
