/** Keeps what is known of the ends of flows, by what was recorded of them. */
import type { KnownEnd, RecordedEnd } from './known-end.ts'

export class EndCache {
  /** By namespace, by name, and by type and labels. */
  readonly #namespaces = new Map<string, Map<string, Map<string, KnownEnd>>>()
  /** Keys of one endpoint share the list of its labels, where the reader of their capture or store saw that it is the same. */
  readonly #texts = new WeakMap<readonly string[], string>()

  get(recorded: RecordedEnd, make: () => KnownEnd): KnownEnd {
    const { type, namespace, name, labels } = recorded
    const kinds = inner(inner(this.#namespaces, namespace), name)
    const key = type + this.#text(labels)
    const known = kinds.get(key)
    if (known !== undefined) return known
    const made = make()
    kinds.set(key, made)
    return made
  }

  #text(labels: readonly string[]): string {
    const known = this.#texts.get(labels)
    if (known !== undefined) return known
    const text = JSON.stringify(labels)
    this.#texts.set(labels, text)
    return text
  }
}

function inner<Value>(maps: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = maps.get(key)
  if (known !== undefined) return known
  const made = new Map<string, Value>()
  maps.set(key, made)
  return made
}
