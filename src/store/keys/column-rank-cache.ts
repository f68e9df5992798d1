import type { Column, ColumnId, SortKey } from '../../flows/column.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { EMPTY_KEY } from './field-parts.ts'
import { type KeyDictionary, type KeyPart, partIndex } from './key-dictionary.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'

type TextColumnId = Exclude<ColumnId, 'seen' | 'first' | 'bytes' | 'packets' | 'conns'>

/**
 * The parts of the key that a column's text depends on. Property tests compare this table with the columns' `sort.of`.
 */
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

/** An upper bound of codes, so that a pair of codes fits one safe integer. */
const CODE_LIMIT = 2 ** 26

/** Compares texts by UTF-16 unit, so that the order of rows does not depend on the reader's locale. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The index of each text among the sorted distinct texts. */
export function rankTexts(texts: readonly string[]): Uint32Array {
  const rankOf = new Map([...new Set(texts)].sort(compareTexts).map((text, rank) => [text, rank]))
  return Uint32Array.from(texts, (text) => rankOf.get(text) ?? 0)
}

/**
 * Caches, for each column that sorts by text, the rank of every flow: the index of its text among the sorted distinct
 * texts. Sorting rows then compares integers. New flows invalidate the ranks.
 */
export class ColumnRankCache {
  readonly #keys: KeyDictionary
  /** By column; `flows` is how many there were when the ranks were computed. */
  readonly #cache = new Map<ColumnId, { readonly flows: number; readonly ranks: Uint32Array }>()

  constructor(keys: KeyDictionary) {
    this.#keys = keys
  }

  /** By flow: the rank of its text in a column that sorts by text; empty for any other column. */
  ranksOf({ id, sort }: Column): Uint32Array {
    if (sort.by !== 'text') return new Uint32Array(0)
    const { flowCount } = this.#keys
    const cached = this.#cache.get(id)
    if (cached?.flows === flowCount) return cached.ranks
    const parts = COLUMN_PARTS[id as TextColumnId] // other columns do not sort by text
    const ranks = this.#rank(parts, sort)
    this.#cache.set(id, { flows: flowCount, ranks })
    return ranks
  }

  #rank(parts: readonly KeyPart[], sort: Extract<SortKey, { by: 'text' }>): Uint32Array {
    const keys = this.#keys
    const [first, second] = parts.map((part) => keys.codes[partIndex(part)]!)
    // Texts are made once per combination of codes, of which there are far fewer than flows.
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
    const rankOfCombination = rankTexts(texts)
    for (let flow = 0; flow < ranks.length; flow++) ranks[flow] = rankOfCombination[ranks[flow]!]!
    return ranks
  }

  /** The empty key with the given parts of a flow's key. */
  #keyOf(parts: readonly KeyPart[], flow: number): FlowKey {
    const keys = this.#keys
    const values = parts.map((part) => {
      const dictionary = keys.dictionaryOf(part)
      const code = keys.codesOf(part)[flow]!
      if (dictionary instanceof TextDictionary) return [part, dictionary.text(code)] as const
      if (dictionary instanceof NumberDictionary) return [part, dictionary.number(code)] as const
      return [part, dictionary.value(code)] as const
    })
    return { ...EMPTY_KEY.key, ...Object.fromEntries(values) }
  }
}
