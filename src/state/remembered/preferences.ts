/** What is remembered in this browser: theme and the table's columns. Nothing here changes what a link shows. */
import { useSyncExternalStore } from 'react'
import * as z from 'zod/mini'

import { COLUMNS, type ColumnId } from '../../flows/column.ts'

const COLUMN_IDS = COLUMNS.map((column) => column.id)
const DEFAULT_HIDDEN = COLUMNS.filter((column) => !column.shownByDefault).map((column) => column.id)
const KEY = 'flowtrace.preferences'

const columnId = z.enum(COLUMN_IDS)
const schema = z.object({
  theme: z.catch(z.enum(['system', 'light', 'dark']), 'system'),
  /** Whether the facets stand beside the table. */
  facets: z.catch(z.boolean(), true),
  /** Every column once, in the order of the screen. */
  order: z.catch(z.array(columnId), COLUMN_IDS),
  hidden: z.catch(z.array(columnId), DEFAULT_HIDDEN),
  /** Shown whatever the room: the reader asked for them. */
  kept: z.catch(z.array(columnId), []),
  /** Pixels, for the columns that were resized. */
  widths: z.catch(z.partialRecord(columnId, z.number().check(z.gte(40), z.lte(2000))), {}),
})

export type Preferences = z.infer<typeof schema>

export const DEFAULT_PREFERENCES: Preferences = schema.parse({})

/** Reads what was stored, whatever it is: unknown parts are at their defaults, columns new since then at the end. */
export function parsePreferences(text: string | null): Preferences {
  let stored: unknown = {}
  try {
    stored = JSON.parse(text ?? '{}')
  } catch {
    // Somebody else's text under our key: as if nothing was stored.
  }
  const parsed = schema.safeParse(typeof stored === 'object' && stored !== null ? stored : {})
  const preferences = parsed.success ? parsed.data : DEFAULT_PREFERENCES
  const order: ColumnId[] = [...new Set([...preferences.order, ...COLUMN_IDS])]
  const isNew = (id: ColumnId): boolean => !preferences.order.includes(id)
  const hidden = [...new Set([...preferences.hidden, ...DEFAULT_HIDDEN.filter(isNew)])]
  return { ...preferences, order, hidden }
}

const listeners = new Set<() => void>()
let cached: Preferences | null = null

function load(): Preferences {
  if (cached === null) {
    let text: string | null = null
    try {
      text = localStorage.getItem(KEY)
    } catch {
      // Storage is closed to us (private window): the defaults hold for this visit.
    }
    cached = parsePreferences(text)
  }
  return cached
}

export function setPreferences(change: Partial<Preferences>): void {
  cached = { ...load(), ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(cached))
  } catch {
    // Not remembered beyond this visit; the screen changes all the same.
  }
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, load)
}
