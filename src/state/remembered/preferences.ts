/** The settings that this browser remembers: theme, facets, columns. None of them changes which rows a link shows. */
import { useSyncExternalStore } from 'react'
import * as z from 'zod/mini'

import { COLUMNS, type ColumnId } from '../../flows/column.ts'
import { readJson, Remembered, type TabStorage } from './remembered.ts'

const COLUMN_IDS = COLUMNS.map((column) => column.id)
const DEFAULT_HIDDEN = COLUMNS.filter((column) => !column.shownByDefault).map((column) => column.id)
const KEY = 'flowtrace.preferences'

/** In pixels, how wide the answer beside the list may be. */
export const MIN_ANSWER_WIDTH = 420
export const MAX_ANSWER_WIDTH = 560

const columnId = z.enum(COLUMN_IDS)
const schema = z.object({
  theme: z.catch(z.enum(['system', 'light', 'dark']), 'system'),
  /** Whether the facets are shown beside the table. */
  facets: z.catch(z.boolean(), true),
  /** In pixels; null until the reader chose it. */
  answerWidth: z.catch(z.nullable(z.number().check(z.gte(MIN_ANSWER_WIDTH), z.lte(MAX_ANSWER_WIDTH))), null),
  /** Every column once, from left to right. */
  order: z.catch(z.array(columnId), COLUMN_IDS),
  hidden: z.catch(z.array(columnId), DEFAULT_HIDDEN),
  /** Columns that the reader chose beside those that are shown to everybody. */
  kept: z.catch(z.array(columnId), []),
})

export type Preferences = z.infer<typeof schema>

export const DEFAULT_PREFERENCES: Preferences = schema.parse({})

/** The preferences in a stored text, whatever it is: invalid settings have their defaults, unknown ones are left out. */
export function parsePreferences(text: string | null): Preferences {
  const stored = readJson(text)
  const parsed = schema.safeParse(typeof stored === 'object' && stored !== null ? stored : {})
  const preferences = parsed.success ? parsed.data : DEFAULT_PREFERENCES
  // A column that was added to the product since then comes last, and is hidden if it is hidden by default.
  const order: ColumnId[] = [...new Set([...preferences.order, ...COLUMN_IDS])]
  const isNew = (id: ColumnId): boolean => !preferences.order.includes(id)
  const hidden = [...new Set([...preferences.hidden, ...DEFAULT_HIDDEN.filter(isNew)])]
  return { ...preferences, order, hidden }
}

export class PreferenceStore {
  readonly #remembered: Remembered<Preferences>
  readonly get: () => Preferences
  readonly subscribe: (callback: () => void) => () => void

  constructor(storage?: TabStorage) {
    this.#remembered = new Remembered(KEY, parsePreferences, storage)
    this.get = this.#remembered.get
    this.subscribe = this.#remembered.subscribe
  }

  /**
   * Changes some settings and keeps the others as they are stored now. A setting that is a list or a map is computed
   * from the stored one by a function: a copy that a component was drawn from may lack what another tab has added.
   */
  readonly change = (change: Partial<Preferences> | ((now: Preferences) => Partial<Preferences>)): void => {
    this.#remembered.update((now) => ({ ...now, ...(typeof change === 'function' ? change(now) : change) }))
  }
}

const preferences = new PreferenceStore()

/** {@link PreferenceStore.change} for this tab. */
export const setPreferences = preferences.change

export function usePreferences(): Preferences {
  return useSyncExternalStore(preferences.subscribe, preferences.get)
}
