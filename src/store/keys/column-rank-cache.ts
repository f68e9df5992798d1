import type { Column, ColumnId, SortKey } from '../../flows/column.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { EMPTY_KEY } from './field-parts.ts'
import { type KeyDictionary, type KeyPart } from './key-dictionary.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'
import { TextRanks } from './text-ranks.ts'

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

/**
 * Caches, for each column that sorts by text, the rank of every flow: the index of its text among the sorted distinct
 * texts. Sorting rows then compares integers. New flows are merged when the ranks are next asked for.
 */
export class ColumnRankCache {
  readonly #keys: KeyDictionary
  readonly #ranks = new Map<ColumnId, TextRanks>()

  constructor(keys: KeyDictionary) {
    this.#keys = keys
  }

  /** By flow: the rank of its text in a column that sorts by text; empty for any other column. */
  ranksOf({ id, sort }: Column): Uint32Array {
    if (sort.by !== 'text') return new Uint32Array(0)
    const parts = COLUMN_PARTS[id as TextColumnId] // other columns do not sort by text
    const ranks = this.#ranks.get(id) ?? new TextRanks(() => this.#reader(parts, sort))
    this.#ranks.set(id, ranks)
    return ranks.ranks(this.#keys.flowCount)
  }

  /** Reads the text of a flow. It is made once for each combination of codes, of which there are fewer than flows. */
  #reader(parts: readonly KeyPart[], sort: Extract<SortKey, { by: 'text' }>): (flow: number) => string {
    const [first, second] = parts.map((part) => this.#keys.codesOf(part))
    const texts = new Map<number, string>()
    return (flow) => {
      const pair = first![flow]! * CODE_LIMIT + (second?.[flow] ?? 0)
      let text = texts.get(pair)
      if (text === undefined) {
        text = sort.of({ ...EMPTY_KEY, key: this.#keyOf(parts, flow) })
        texts.set(pair, text)
      }
      return text
    }
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
