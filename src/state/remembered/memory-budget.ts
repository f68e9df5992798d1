/** How much memory the flows of a page may take: remembered in this browser, for all tabs. */
import { useSyncExternalStore } from 'react'

import { readJson, remembered } from './remembered.ts'

const MB = 1e6

/** What can be chosen, in bytes. */
export const BUDGETS: readonly number[] = [64, 128, 256, 512, 1000, 2000].map((megabytes) => megabytes * MB)
export const DEFAULT_BUDGET = 256 * MB

/** Whatever was stored: one of {@link BUDGETS}, or the default. */
export function parseBudget(text: string | null): number {
  const stored = readJson(text)
  return BUDGETS.find((budget) => budget === stored) ?? DEFAULT_BUDGET
}

const budget = remembered('flowtrace.memory-budget', parseBudget)

export const setBudget = budget.set

/** Bytes. */
export function useBudget(): number {
  return useSyncExternalStore(budget.subscribe, budget.get)
}
