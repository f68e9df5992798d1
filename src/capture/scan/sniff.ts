/** Content sniffing: what a file holds, by its first bytes. */
import { foreignFile } from '../format/foreign.ts'
import { isDelimited } from './delimited-splitter.ts'

export type Content =
  | { readonly is: 'text'; readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' }
  | { readonly is: 'delimited' }
  | { readonly is: 'parquet' }
  /** A format that we do not read, with its name. */
  | { readonly is: 'foreign'; readonly name: string }

/** Whether there are control characters, as protobuf's tags and lengths are, and which text does not have. */
function hasControls(head: Uint8Array): boolean {
  return head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
}

/** How many bytes tell whether text is UTF-16 without a byte order mark. */
const UTF16_SAMPLE_BYTES = 128

/**
 * UTF-16 without a byte order mark: a record's text is nearly all ASCII, so every other byte is zero, and no other is.
 * Undefined for anything else.
 */
function unmarkedUtf16(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const zeros = [0, 0]
  const length = Math.min(head.length, UTF16_SAMPLE_BYTES) & ~1
  for (let at = 0; at < length; at++) if (head[at] === 0) zeros[at & 1] = (zeros[at & 1] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  if (length < 2 || (even > 0 && odd > 0) || Math.max(even, odd) < length * 0.4) return undefined
  return odd > 0 ? 'utf-16le' : 'utf-16be'
}

/** `PAR1`, and `PARE` where the table of contents is encrypted. */
function isParquet([p, a, r, last]: Uint8Array): boolean {
  return p === 0x50 && a === 0x41 && r === 0x52 && (last === 0x31 || last === 0x45)
}

/** Whether a file begins as a zip does: with a file in it or, when it is empty, its table of contents. */
export function isZip([p, k, first, second]: Uint8Array): boolean {
  return p === 0x50 && k === 0x4b && ((first === 3 && second === 4) || (first === 5 && second === 6))
}

/** What a file holds, by its first bytes. Anything unknown counts as text, whose reader refuses it line by line. */
export function contentOf(head: Uint8Array): Content {
  const name = foreignFile(head)
  if (name !== undefined) return { is: 'foreign', name }
  if (isParquet(head)) return { is: 'parquet' }
  if (head[0] === 0xff && head[1] === 0xfe) return { is: 'text', encoding: 'utf-16le' } // Windows PowerShell's `>`
  if (head[0] === 0xfe && head[1] === 0xff) return { is: 'text', encoding: 'utf-16be' }
  if (hasControls(head) && isDelimited(head)) return { is: 'delimited' }
  return { is: 'text', encoding: unmarkedUtf16(head) ?? 'utf-8' }
}
