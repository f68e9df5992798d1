/**
 * Cuts a long List of YAML, as kubectl prints it, into its items, which are read one by one: in steps between which a worker
 * answers, and so that one item that only the `yaml` package reads does not slow down the others.
 */
import type { DocumentText } from './yaml-documents.ts'
import type { Member, YamlNode } from './yaml-tree.ts'

const ITEMS = /^items:[ ]*\n/m
/** An item begins in the first column, and anything else there ends the list. */
const OUTDENTED = /^[^ \n].*$/gm
/** An anchor or an alias, which may be of another item (`&&` in a selector is none), and what ends a line elsewhere. */
const UNUSUAL = /(?<=[\s,[{:-])[&*][^\s&*]|[\r\u2028\u2029]/

/**
 * The List of a document; null where it is none of this form. `read` reads a text by itself; what it throws is left to the
 * whole document's reading, and null is returned.
 */
export function* readPlainList(
  { text, start }: DocumentText,
  read: (part: DocumentText) => YamlNode | null,
): Generator<null, YamlNode | null> {
  const header = ITEMS.exec(text)
  if (header === null || UNUSUAL.test(text)) return null
  const first = header.index + header[0].length
  const starts: number[] = []
  OUTDENTED.lastIndex = first
  let end = text.length
  for (let found = OUTDENTED.exec(text); found !== null; found = OUTDENTED.exec(text)) {
    if (found[0].startsWith('- ')) starts.push(found.index)
    else {
      end = found.index
      break
    }
  }
  if (starts[0] !== first) return null
  const items: YamlNode[] = []
  for (const [i, from] of starts.entries()) {
    const node = read({ text: text.slice(from, starts[i + 1] ?? end), start: start + from })
    if (node?.is !== 'list' || node.items[0] === undefined || node.items.length > 1) return null
    items.push(node.items[0])
    yield null
  }
  return around(
    read({ text: text.slice(0, first), start }),
    { is: 'list', items, start: start + first, end: items.at(-1)?.end ?? start + first },
    end === text.length ? null : read({ text: text.slice(end), start: start + end }),
  )
}

/** The document: what is before the items, their list, and what is after them. */
function around(head: YamlNode | null, list: YamlNode, tail: YamlNode | null): YamlNode | null {
  if (head?.is !== 'map' || (tail !== null && tail.is !== 'map')) return null
  const members = new Map<string, Member>()
  for (const [name, member] of head.members) members.set(name, member)
  const items = members.get('items')
  if (items === undefined) return null
  members.set('items', { ...items, value: list })
  for (const [name, member] of tail?.members ?? []) {
    if (members.has(name)) return null
    members.set(name, member)
  }
  return { is: 'map', members, start: head.start, end: tail?.end ?? list.end }
}
