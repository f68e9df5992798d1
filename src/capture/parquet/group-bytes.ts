/** Reads the bytes of a row group at once, those of the next one while the columns of this one are decoded. */
import type { RowGroup } from 'hyparquet'
import type { PositionedBytes } from '../scan/positioned-bytes.ts'

/** Larger groups are read column by column: two of them are held. */
export const MAX_GROUP_BYTES = 32 * 1024 * 1024

interface Read {
  readonly from: number
  readonly to: number
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>
}

export class GroupBytes {
  readonly #file: PositionedBytes
  readonly #groups: readonly RowGroup[]
  #ahead: Read | null = null

  constructor(file: PositionedBytes, groups: readonly RowGroup[]) {
    this.#file = file
    this.#groups = groups
  }

  /** The bytes of a group at their positions in the file. Those beyond it are read from the file. */
  async ofGroup(index: number): Promise<PositionedBytes> {
    const held = this.#ahead ?? this.#begin(index)
    this.#ahead = this.#begin(index + 1)
    if (held === null) return this.#file
    const { from, to } = held
    const bytes = await held.bytes
    return {
      size: this.#file.size,
      read: (start, end) =>
        start >= from && end <= to
          ? Promise.resolve(bytes.subarray(start - from, end - from))
          : this.#file.read(start, end),
    }
  }

  /** Null for no group, and for one whose table of contents is damaged or asks for too much. */
  #begin(index: number): Read | null {
    const group = this.#groups[index]
    if (group === undefined) return null
    const [from, to] = rangeOfGroup(group)
    if (!(from < to && to <= this.#file.size && to - from <= MAX_GROUP_BYTES)) return null
    const bytes = this.#file.read(from, to)
    // Of a reading that ends before nobody awaits it.
    bytes.catch(() => undefined)
    return { from, to, bytes }
  }
}

/** Where the pages of a group begin and end. It is not checked that the file has them. */
export function rangeOfGroup({ columns }: RowGroup): readonly [from: number, to: number] {
  let [from, to] = [Number.POSITIVE_INFINITY, 0]
  for (const { meta_data: data } of columns) {
    if (data === undefined) continue
    const start = Math.min(...positionsOf(data.data_page_offset), ...positionsOf(data.dictionary_page_offset))
    from = Math.min(from, start)
    to = Math.max(to, start + Number(data.total_compressed_size))
  }
  return [from, to]
}

/** None where there is no such page: some writers put 0. */
function positionsOf(offset: bigint | number | undefined): readonly number[] {
  const position = Number(offset ?? 0)
  return position > 0 ? [position] : []
}
