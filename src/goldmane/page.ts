import { create } from '@bufbuild/protobuf'

import { type ListMetadata, ListMetadataSchema } from '../gen/goldmane/api_pb.ts'
import { GoldmaneError, STATUS } from './goldmane-error.ts'

export interface Paging {
  /** From 0. */
  readonly page: bigint
  /** 0 turns paging off, and `page` is ignored. */
  readonly pageSize: bigint
}

/**
 * The totals of a page past the end, which differ between upstream's lists: `zero` for 0 pages of 0 results, `true` for
 * the real totals.
 */
export type TotalsPastEnd = 'zero' | 'true'

/** Returns one page of the items with its metadata. Throws INVALID_ARGUMENT for a negative page or page size. */
export function pageOf<T>(
  items: readonly T[],
  paging: Paging,
  pastEnd: TotalsPastEnd,
): { readonly items: readonly T[]; readonly meta: ListMetadata } {
  if (paging.page < 0n || paging.pageSize < 0n) {
    throw new GoldmaneError(STATUS.INVALID_ARGUMENT, 'page and page_size must not be negative')
  }
  const size = Number(paging.pageSize)
  if (size === 0) return { items, meta: metadata(items.length > 0 ? 1 : 0, items.length) }
  const from = Number(paging.page) * size
  if (from >= items.length && pastEnd === 'zero') return { items: [], meta: metadata(0, 0) }
  return {
    items: items.slice(from, from + size),
    meta: metadata(Math.ceil(items.length / size), items.length),
  }
}

function metadata(pages: number, results: number): ListMetadata {
  return create(ListMetadataSchema, { totalPages: BigInt(pages), totalResults: BigInt(results) })
}
