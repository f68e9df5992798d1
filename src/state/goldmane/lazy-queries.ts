import { lazyChunk } from '../../lib/preload.ts'

/** The bounded calls to Goldmane with the gRPC-web client, as a lazy chunk. */
export const goldmaneQueries = lazyChunk(() => import('../../source/goldmane-queries.ts'))

/** The gateway's answers about its history, as a lazy chunk. */
export const historyQueries = lazyChunk(() => import('../../source/history-queries.ts'))
