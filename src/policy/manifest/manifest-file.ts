/** A file of manifests, with the places of its characters. */
import type { Place } from './place.ts'
import type { YamlNode } from './yaml-tree.ts'

export class ManifestFile {
  readonly name: string
  readonly text: string
  /** The offset at which each line begins. */
  readonly #lines: readonly number[]

  constructor(name: string, text: string) {
    this.name = name
    this.text = text
    const lines = [0]
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines.push(at + 1)
    this.#lines = lines
  }

  /** The place of the characters from `start` to before `end`, without the blanks at their end. */
  placeOf({ start, end }: { readonly start: number; readonly end: number }): Place {
    let last = end - 1
    while (last > start && this.text.charCodeAt(last) <= 32) last--
    const line = this.#lineOf(start)
    return {
      file: this.name,
      line: line + 1,
      column: start - (this.#lines[line] ?? 0) + 1,
      endLine: this.#lineOf(Math.max(start, last)) + 1,
    }
  }

  /** The place of the character at `offset` of a text; that of the whole text where an escape or a fold is before it. */
  placeWithin(node: YamlNode, offset: number): Place {
    if (node.is !== 'text') return this.placeOf(node)
    const quote = this.text[node.start]
    const start = node.start + (quote === '"' || quote === "'" ? 1 : 0)
    const isVerbatim = this.text.startsWith(node.text.slice(0, offset), start)
    const isInside = start + offset < node.end
    return this.placeOf(isVerbatim && isInside ? { start: start + offset, end: node.end } : node)
  }

  /** The line that holds an offset, from 0. */
  #lineOf(offset: number): number {
    let [low, high] = [0, this.#lines.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#lines[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}
