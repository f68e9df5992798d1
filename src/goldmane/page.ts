import { create } from '@bufbuild/protobuf'

import { type ListMetadata, ListMetadataSchema } from '../gen/goldmane/api_pb.ts'
import { GoldmaneError, STATUS } from './error.ts'

export interface Paging {
  /** From 0. */
  readonly page: bigint
  /** 0 turns paging off, and then `page` is not looked at. */
  readonly pageSize: bigint
}

/** Upstream has two lists with different answers beyond the last page: `zero` for 0 of 0, `true` for the real totals. */
export type TotalsPastEnd = 'zero' | 'true'

/** A page of the items and its metadata. Throws INVALID_ARGUMENT for a negative page or page size. */
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
