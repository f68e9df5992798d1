/** The values of a YAML or JSON document with their places, free of any library's types. */

interface Span {
  /** UTF-16 code units from the beginning of the file; `end` is after the value's last character. */
  readonly start: number
  readonly end: number
}

export interface TextNode extends Span {
  readonly is: 'text'
  readonly text: string
}

export interface NumberNode extends Span {
  readonly is: 'number'
  readonly value: number
}

export interface BooleanNode extends Span {
  readonly is: 'boolean'
  readonly value: boolean
}

export interface ListNode extends Span {
  readonly is: 'list'
  readonly items: readonly YamlNode[]
}

export interface MapNode extends Span {
  readonly is: 'map'
  readonly members: ReadonlyMap<string, Member>
}

export interface Member {
  readonly key: Span
  readonly value: YamlNode
}

export type YamlNode =
  | TextNode
  | NumberNode
  | BooleanNode
  | ListNode
  | MapNode
  | (Span & { readonly is: 'null' })

/** The value of a member; undefined where it is missing or null, which Kubernetes takes for the same. */
export function memberOf(node: YamlNode | undefined, name: string): YamlNode | undefined {
  const value = node?.is === 'map' ? node.members.get(name)?.value : undefined
  return value?.is === 'null' ? undefined : value
}

/** The map that a member holds; undefined where there is none. */
export function mapAt(node: YamlNode | undefined, name: string): MapNode | undefined {
  const value = memberOf(node, name)
  return value?.is === 'map' ? value : undefined
}

/** The items of a list that a member holds; empty where there is none. */
export function itemsAt(node: YamlNode | undefined, name: string): readonly YamlNode[] {
  const value = memberOf(node, name)
  return value?.is === 'list' ? value.items : []
}

/** The text that a member holds; empty where there is none. */
export function textAt(node: YamlNode | undefined, name: string): string {
  const value = memberOf(node, name)
  return value?.is === 'text' ? value.text : ''
}

/** The texts of a list that a member holds. */
export function textsAt(node: YamlNode | undefined, name: string): readonly string[] {
  return itemsAt(node, name).flatMap((item) => (item.is === 'text' ? [item.text] : []))
}

export function numberAt(node: YamlNode | undefined, name: string): number | null {
  const value = memberOf(node, name)
  return value?.is === 'number' ? value.value : null
}

export function isTrueAt(node: YamlNode | undefined, name: string): boolean {
  const value = memberOf(node, name)
  return value?.is === 'boolean' && value.value
}

/** The members of a map whose values are texts, as labels are. */
export function labelsAt(node: YamlNode | undefined, name: string): Readonly<Record<string, string>> {
  const labels: [string, string][] = []
  for (const [key, { value }] of mapAt(node, name)?.members ?? [])
    if (value.is === 'text') labels.push([key, value.text])
  return Object.fromEntries(labels)
}
