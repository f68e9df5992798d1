/** Content sniffing: what a file holds, by its first bytes. */
import { foreignFile } from '../format/foreign.ts'
import { isDelimited } from './delimited-splitter.ts'

export type Content =
  | { readonly is: 'text'; readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' }
  | { readonly is: 'delimited' }
  /** A format that we do not read, with its name. */
  | { readonly is: 'foreign'; readonly name: string }

/** Whether there are control characters, as protobuf's tags and lengths are, and which text does not have. */
function hasControls(head: Uint8Array): boolean {
  return head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
}

/** What a file holds, by its first bytes. Anything unknown counts as text, whose reader refuses it line by line. */
export function contentOf(head: Uint8Array): Content {
  const name = foreignFile(head)
  if (name !== undefined) return { is: 'foreign', name }
  if (head[0] === 0xff && head[1] === 0xfe) return { is: 'text', encoding: 'utf-16le' } // Windows PowerShell's `>`
  if (head[0] === 0xfe && head[1] === 0xff) return { is: 'text', encoding: 'utf-16be' }
  if (hasControls(head) && isDelimited(head)) return { is: 'delimited' }
  return { is: 'text', encoding: 'utf-8' }
}
