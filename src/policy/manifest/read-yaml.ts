/** Parses one document, with bounds on its depth and on what its aliases stand for. */
import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap } from 'yaml'
import { readPlainJson } from './plain-json.ts'
import { readPlainList } from './plain-list.ts'
import { readPlainYaml } from './plain-yaml.ts'
import type { DocumentText } from './yaml-documents.ts'
import type { Member, YamlNode } from './yaml-tree.ts'

/** Deeper than any manifest by far, and shallow enough for every stack. */
const MAX_DEPTH = 100
/** Values of one document, those that aliases repeat counted each time. A list of 5,000 policies has some 300,000. */
const MAX_NODES = 2_000_000

/** What is wrong with a document, and where in the file. */
export class YamlError extends Error {
  override readonly name = 'YamlError'
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(reason)
    this.offset = offset
  }
}

/** Characters of a document that is cut into items. */
const LONG_DOCUMENT = 1 << 16

/** The document's value, in steps where it is a long list. Throws {@link YamlError}. */
export function* readYaml(document: DocumentText): Generator<null, YamlNode> {
  const json = yield* readPlainJson(document)
  if (json !== null) return json
  const list = document.text.length < LONG_DOCUMENT ? null : yield* readPlainList(document, tryWhole)
  return list ?? readWhole(document)
}

function readWhole(document: DocumentText): YamlNode {
  return readPlainYaml(document) ?? readAnyYaml(document)
}

/** Null for a part that cannot be read by itself. */
function tryWhole(document: DocumentText): YamlNode | null {
  try {
    return readWhole(document)
  } catch (error) {
    if (error instanceof YamlError) return null
    throw error
  }
}

/** The document's value by the package. Throws {@link YamlError}. */
export function readAnyYaml({ text, start }: DocumentText): YamlNode {
  let document
  try {
    document = parseDocument(text, { prettyErrors: false, logLevel: 'silent', schema: 'core' })
  } catch (error) {
    // The parser calls itself for each level, and has no bound of its own.
    if (error instanceof RangeError) throw new YamlError('Nested too deeply', start)
    throw error
  }
  const [error] = document.errors
  if (error !== undefined) {
    // What is missing at the end is said where the document's text ends, not below it.
    const last = Math.max(0, text.trimEnd().length - 1)
    throw new YamlError(sentenceOf(error.message), start + Math.min(error.pos[0], last))
  }
  return new TreeBuilder(start).build(document.contents, 0)
}

/** The package reports its own stack overflow as an error of the document. */
function sentenceOf(message: string): string {
  if (message.includes('call stack')) return 'Nested too deeply'
  return message.split('\n', 1)[0] ?? message
}

class TreeBuilder {
  readonly #base: number
  readonly #anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>()
  #size = 0

  constructor(base: number) {
    this.#base = base
  }

  build(node: Node | null | undefined, depth: number): YamlNode {
    const [from, to] = node?.range ?? [0, 0]
    const span = { start: this.#base + from, end: this.#base + to }
    const sizeBefore = this.#size
    this.#grow(1, span.start)
    if (depth > MAX_DEPTH) throw new YamlError(`More than ${MAX_DEPTH} levels`, span.start)
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source)
      if (target === undefined)
        throw new YamlError(`There is no anchor &${node.source} before this`, span.start)
      this.#grow(target.size, span.start)
      return { ...target.node, ...span }
    }
    const built = this.#valueOf(node, span, depth)
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor !== undefined) this.#anchors.set(anchor, { node: built, size: this.#size - sizeBefore })
    return built
  }

  #valueOf(node: Node | null | undefined, span: { start: number; end: number }, depth: number): YamlNode {
    if (isMap(node)) return { is: 'map', members: this.#membersOf(node, depth), ...span }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item as Node | null, depth + 1))
      return { is: 'list', items, ...span }
    }
    const value: unknown = isScalar(node) ? node.value : null
    if (typeof value === 'string') return { is: 'text', text: value, ...span }
    if (typeof value === 'number') return { is: 'number', value, ...span }
    return typeof value === 'boolean' ? { is: 'boolean', value, ...span } : { is: 'null', ...span }
  }

  #membersOf(map: YAMLMap, depth: number): ReadonlyMap<string, Member> {
    const members = new Map<string, Member>()
    const merged: YamlNode[] = []
    for (const { key, value } of map.items as { key: Node | null; value: Node | null }[]) {
      const name = this.build(key, depth + 1)
      const member = {
        key: { start: name.start, end: name.end },
        value: this.#memberValue(value, name, depth),
      }
      if (name.is === 'text' && name.text === '<<') merged.push(member.value)
      else members.set(nameOf(name), member)
    }
    for (const source of merged.flatMap((node) => (node.is === 'list' ? node.items : [node])))
      if (source.is === 'map')
        for (const [name, member] of source.members) if (!members.has(name)) members.set(name, member)
    return members
  }

  /** A key without a value has that of null, at the key's place. */
  #memberValue(value: Node | null, name: YamlNode, depth: number): YamlNode {
    if (value === null) return { is: 'null', start: name.start, end: name.end }
    return this.build(value, depth + 1)
  }

  #grow(by: number, offset: number): void {
    this.#size += by
    if (this.#size > MAX_NODES) throw new YamlError(`More than ${MAX_NODES} values, aliases included`, offset)
  }
}

/** The member's name as JSON has it. */
function nameOf(key: YamlNode): string {
  if (key.is === 'text') return key.text
  return key.is === 'number' || key.is === 'boolean' ? String(key.value) : ''
}
