/** Checks the blocks of delta-encoded numbers, whose header says how many parts a block has, before they are decoded. */
import { ParquetFault } from './thrift-check.ts'

const MAX_MINIBLOCKS = 512
const MAX_BLOCK_VALUES = 65_536
/** Bytes behind the last block, which may be read as numbers of any length. Texts follow their lengths. */
const MAX_REST_BYTES = 16 * 1024

/** Throws a {@link ParquetFault} unless the bytes hold `count` numbers at most, with texts behind them or nothing. */
export function checkDelta(bytes: Uint8Array, count: number, hasTexts: boolean): void {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let i = 0; i < 10; i++) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return value
    }
    throw new ParquetFault('a page is damaged')
  }
  const blockValues = varint()
  const miniblocks = varint()
  const total = varint()
  varint()
  const isSound = miniblocks >= 1 && miniblocks <= MAX_MINIBLOCKS && blockValues <= MAX_BLOCK_VALUES
  if (!isSound || blockValues % miniblocks !== 0 || blockValues === 0 || total > count)
    throw new ParquetFault('a page is damaged')
  // The bits of the values are read within the page: only the numbers of parts and of bytes for a number matter.
  for (let left = total - 1; left > 0; left -= blockValues) {
    varint()
    const widths = bytes.subarray(at, at + miniblocks)
    if (widths.length < miniblocks || widths.some((width) => width > 64))
      throw new ParquetFault('a page is damaged')
    at += miniblocks
    const perMiniblock = blockValues / miniblocks
    for (let i = 0, open = left; i < miniblocks && open > 0; i++, open -= perMiniblock)
      at += ((widths[i] ?? 0) * perMiniblock) / 8
  }
  if (!hasTexts && bytes.length - at > MAX_REST_BYTES) throw new ParquetFault('a page is damaged')
}
