/** For tests: trees as they are compared. */
import type { YamlNode } from '../yaml-tree.ts'

/**
 * The tree with its places, without those of nulls and without blanks at the end of a place, which no reader needs. `base` is
 * the offset of the text.
 */
export function comparableTree(node: YamlNode, text: string, base = 0): unknown {
  if (node.is === 'null') return null
  const place = [node.start, text.slice(0, node.end - base).trimEnd().length]
  if (node.is === 'list') return [place, node.items.map((item) => comparableTree(item, text, base))]
  if (node.is !== 'map') return [place, 'text' in node ? node.text : node.value]
  return [
    place,
    [...node.members].map(([name, { key, value }]) => [name, key, comparableTree(value, text, base)]),
  ]
}
