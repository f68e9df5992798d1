/** What the table's columns sort by, as numbers by flow. */
import { type Column, type ColumnId, type SortKey } from '../../flows/column.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { EMPTY_KEY } from './field-parts.ts'
import { type KeyDictionary, type KeyPart, partIndex } from './key-dictionary.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'

type TextColumnId = Exclude<ColumnId, 'seen' | 'first' | 'bytes' | 'packets' | 'conns'>

/** The parts that a column's text is made of; the property tests hold this to the table of columns. */
const COLUMN_PARTS: Readonly<Record<TextColumnId, readonly [KeyPart] | readonly [KeyPart, KeyPart]>> = {
  action: ['action'],
  pending: ['policies'],
  source: ['sourceNamespace', 'sourceName'],
  destination: ['destNamespace', 'destName'],
  service: ['destServiceNamespace', 'destServiceName'],
  port: ['proto', 'destPort'],
  reporter: ['reporter'],
  decided: ['policies'],
}

/** Above any code: two codes make one safe integer. */
const CODE_LIMIT = 2 ** 26

/** The order of texts, the same for every reader of the world: by UTF-16 unit. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** Of each text column the place of every flow's text among all texts, kept until there are new flows. */
export class ColumnRankCache {
  readonly #keys: KeyDictionary
  readonly #cache = new Map<ColumnId, { readonly flows: number; readonly ranks: Uint32Array }>()

  constructor(keys: KeyDictionary) {
    this.#keys = keys
  }

  ranksOf(column: Column, sort: Extract<SortKey, { by: 'text' }>): Uint32Array {
    const { flowCount } = this.#keys
    const known = this.#cache.get(column.id)
    if (known?.flows === flowCount) return known.ranks
    const parts = COLUMN_PARTS[column.id as TextColumnId] // the others do not sort by text
    const ranks = this.#rank(parts, sort)
    this.#cache.set(column.id, { flows: flowCount, ranks })
    return ranks
  }

  #rank(parts: readonly KeyPart[], sort: Extract<SortKey, { by: 'text' }>): Uint32Array {
    const keys = this.#keys
    const [first, second] = parts.map((part) => keys.codes[partIndex(part)]!)
    // One text for each combination of codes, not for each flow.
    const combinations = new Map<number, number>()
    const texts: string[] = []
    const ranks = new Uint32Array(keys.flowCount)
    for (let flow = 0; flow < keys.flowCount; flow++) {
      const pair = first![flow]! * CODE_LIMIT + (second?.[flow] ?? 0)
      let combination = combinations.get(pair)
      if (combination === undefined) {
        combination = texts.push(sort.of({ ...EMPTY_KEY, key: this.#keyOf(parts, flow) })) - 1
        combinations.set(pair, combination)
      }
      ranks[flow] = combination
    }
    const rankOf = new Map([...new Set(texts)].sort(compareTexts).map((text, rank) => [text, rank]))
    const rankOfCombination = texts.map((text) => rankOf.get(text) ?? 0)
    for (let flow = 0; flow < ranks.length; flow++) ranks[flow] = rankOfCombination[ranks[flow]!]!
    return ranks
  }

  /** A key that has only the given parts of a flow's. */
  #keyOf(parts: readonly KeyPart[], flow: number): FlowKey {
    const keys = this.#keys
    const some = parts.map((part) => {
      const dictionary = keys.dictionaryOf(part)
      const code = keys.codesOf(part)[flow]!
      if (dictionary instanceof TextDictionary) return [part, dictionary.text(code)] as const
      if (dictionary instanceof NumberDictionary) return [part, dictionary.number(code)] as const
      return [part, dictionary.value(code)] as const
    })
    return { ...EMPTY_KEY.key, ...Object.fromEntries(some) }
  }
}
