/**
 * What our writer says in a file's metadata of the entry numbers of each row group: how many entries are in the groups
 * before it, and the CRC-32 of the bytes of all its columns. The numbers are read only where these bytes are the ones
 * that were written: other programs keep the metadata of a file when they write its rows again, changed or left out.
 */
import type { FileMetaData, RowGroup } from 'hyparquet'
import { crc32 } from '../scan/crc32.ts'
import type { PositionedBytes } from '../scan/positioned-bytes.ts'
import { MAX_GROUP_BYTES, rangeOfGroup } from './group-bytes.ts'
import { ENTRIES_ENTRY, ENTRY_COLUMN } from './parquet-columns.ts'

export interface EntryPromise {
  /** Entries of the groups before: the number of the first new one. */
  readonly first: number
  readonly checksum: number
}

/** The JSON of the metadata: `[first, checksum]` for each row group. */
export function promisesJson(promises: readonly EntryPromise[]): string {
  return JSON.stringify(promises.map(({ first, checksum }) => [first, checksum]))
}

/** Null where there are none, or where they do not fit the file. */
export function promisesIn(metadata: FileMetaData): readonly EntryPromise[] | null {
  const text = metadata.key_value_metadata?.find(({ key }) => key === ENTRIES_ENTRY)?.value
  if (text === undefined) return null
  const pairs = parsed(text)
  const groups = metadata.row_groups
  if (!Array.isArray(pairs) || pairs.length !== groups.length) return null
  const promises: EntryPromise[] = []
  let rows = 0
  for (const [i, pair] of pairs.entries()) {
    const [first, checksum]: unknown[] = Array.isArray(pair) ? pair : []
    // A record has at most one new entry, so that a number is never greater than that of the records before it.
    const isSound =
      isWhole(first) && isWhole(checksum) && first <= rows && first >= (promises.at(-1)?.first ?? 0)
    if (!isSound) return null
    promises.push({ first, checksum })
    rows += Number(groups[i]?.num_rows)
  }
  return promises
}

/** Whether the bytes of the group are those that our writer has made. `file` has them at their positions. */
export async function isAsWritten(
  file: PositionedBytes,
  group: RowGroup,
  { checksum }: EntryPromise,
): Promise<boolean> {
  if (!group.columns.some(({ meta_data: data }) => data?.path_in_schema[0] === ENTRY_COLUMN)) return false
  const [from, to] = rangeOfGroup(group)
  if (!(from < to && to <= file.size && to - from <= MAX_GROUP_BYTES)) return false
  return crc32(await file.read(from, to)) === checksum
}

/**
 * The rows of a group whose entries are not known yet, the first row of each; null where the numbers are not dense in the
 * order of their first rows. `following`: how many entries there are behind the group, where that is known.
 */
export function unknownRows(
  numbers: Int32Array,
  { first }: EntryPromise,
  following: number | undefined,
  isKnown: (number: number) => boolean,
): readonly number[] | null {
  const found: number[] = []
  /** Numbers below `first` that are not known: the group that has them could not be read. */
  const older = new Set<number>()
  let next = first
  for (let row = 0; row < numbers.length; row++) {
    const number = numbers[row]!
    if (number === next) {
      next++
      found.push(row)
    } else if (!(number >= 0 && number < next)) return null
    else if (number < first && !isKnown(number) && !older.has(number)) {
      older.add(number)
      found.push(row)
    }
  }
  return following === undefined || following === next ? found : null
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
