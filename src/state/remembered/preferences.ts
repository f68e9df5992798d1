/** The settings that this browser remembers: theme, facets, columns. None of them changes which rows a link shows. */
import { useSyncExternalStore } from 'react'

import type { ColumnChoice } from '../../flows/chosen-columns.ts'
import { COLUMNS, type ColumnId } from '../../flows/column.ts'
import { isObject } from '../../lib/is-object.ts'
import { readJson, Remembered, type TabStorage } from './remembered.ts'

const COLUMN_IDS = COLUMNS.map((column) => column.id)
const DEFAULT_HIDDEN = COLUMNS.filter((column) => !column.shownByDefault).map((column) => column.id)
const KEY = 'flowtrace.preferences'

/** In pixels, how wide the answer beside the list may be. */
export const MIN_ANSWER_WIDTH = 420
export const MAX_ANSWER_WIDTH = 560

const THEMES = ['system', 'light', 'dark'] as const

export interface Preferences extends ColumnChoice {
  readonly theme: (typeof THEMES)[number]
  /** Whether the facets are shown beside the table. */
  readonly facets: boolean
  /** In pixels; null until the reader chose it. */
  readonly answerWidth: number | null
}

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'system',
  facets: true,
  answerWidth: null,
  order: COLUMN_IDS,
  hidden: DEFAULT_HIDDEN,
  kept: [],
}

/** The preferences in a stored text, whatever it is: invalid settings have their defaults, unknown ones are left out. */
export function parsePreferences(text: string | null): Preferences {
  const json = readJson(text)
  const stored: Readonly<Record<string, unknown>> = isObject(json) ? json : {}
  const defaults = DEFAULT_PREFERENCES
  const known = columnIds(stored['order']) ?? defaults.order
  // A column that was added to the product since then comes last, and is hidden if it is hidden by default.
  const isNew = (id: ColumnId): boolean => !known.includes(id)
  const hidden = columnIds(stored['hidden']) ?? defaults.hidden
  const { facets, answerWidth } = stored
  return {
    theme: THEMES.find((theme) => theme === stored['theme']) ?? defaults.theme,
    facets: typeof facets === 'boolean' ? facets : defaults.facets,
    answerWidth: isAnswerWidth(answerWidth) ? answerWidth : defaults.answerWidth,
    order: [...new Set([...known, ...COLUMN_IDS])],
    hidden: [...new Set([...hidden, ...DEFAULT_HIDDEN.filter(isNew)])],
    kept: columnIds(stored['kept']) ?? defaults.kept,
  }
}

function isAnswerWidth(value: unknown): value is number {
  return typeof value === 'number' && value >= MIN_ANSWER_WIDTH && value <= MAX_ANSWER_WIDTH
}

/** Null where the value is anything but a list of columns. */
function columnIds(value: unknown): readonly ColumnId[] | null {
  if (!Array.isArray(value)) return null
  const ids = value.flatMap((each: unknown) => COLUMN_IDS.find((id) => id === each) ?? [])
  return ids.length === value.length ? ids : null
}

function columnsOf({ order, hidden, kept }: ColumnChoice): ColumnChoice {
  return { order, hidden, kept }
}

export class PreferenceStore {
  readonly #remembered: Remembered<Preferences>
  readonly subscribe: (callback: () => void) => () => void
  /** The columns in place of those that are stored; null for those. */
  #borrowed: ColumnChoice | null = null
  /** The settings with the borrowed columns, and those that they were made of. */
  #merged: { readonly own: Preferences; readonly value: Preferences } | null = null

  constructor(storage?: TabStorage) {
    this.#remembered = new Remembered(KEY, parsePreferences, storage)
    this.subscribe = this.#remembered.subscribe
  }

  /** The settings as they hold now; the same value until one changes. */
  readonly get = (): Preferences => {
    const own = this.#remembered.get()
    if (this.#borrowed === null) return own
    if (this.#merged?.own !== own) this.#merged = { own, value: { ...own, ...this.#borrowed } }
    return this.#merged.value
  }

  /** The settings as they are stored, whatever columns are borrowed. */
  readonly own = (): Preferences => this.#remembered.get()

  /**
   * Shows other columns than the reader's own, which stay stored, until it is called with null. What the reader changes of
   * them meanwhile is not stored either.
   */
  readonly borrowColumns = (columns: ColumnChoice | null): void => {
    this.#borrowed = columns
    this.#merged = null
    this.#remembered.notify()
  }

  /**
   * Changes some settings and keeps the others as they are stored now. A setting that is a list or a map is computed
   * from the stored one by a function: a copy that a component was drawn from may lack what another tab has added.
   */
  readonly change = (change: Partial<Preferences> | ((now: Preferences) => Partial<Preferences>)): void => {
    const now = this.get()
    const next = { ...now, ...(typeof change === 'function' ? change(now) : change) }
    if (this.#borrowed === null) return this.#remembered.set(next)
    this.#remembered.set({ ...next, ...columnsOf(this.#remembered.get()) })
    this.borrowColumns(columnsOf(next))
  }
}

const preferences = new PreferenceStore()

/** {@link PreferenceStore.change} for this tab. */
export const setPreferences = preferences.change

/** {@link PreferenceStore.borrowColumns} for this tab. */
export const { borrowColumns } = preferences

export function usePreferences(): Preferences {
  return useSyncExternalStore(preferences.subscribe, preferences.get)
}

/** {@link PreferenceStore.own}. */
export function useOwnPreferences(): Preferences {
  return useSyncExternalStore(preferences.subscribe, preferences.own)
}
