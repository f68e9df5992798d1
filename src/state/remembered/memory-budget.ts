/** The bytes of memory that the flows of a page may take, remembered in this browser. */
import { useSyncExternalStore } from 'react'

import { DEFAULT_BUDGET } from './default-budget.ts'
import { readJson, Remembered } from './remembered.ts'

const MB = 1e6

/** The budgets that can be chosen, in bytes. */
export const BUDGETS: readonly number[] = [64, 128, 256, 512, 1000, 2000].map((megabytes) => megabytes * MB)

/** The budget in a stored text; the default where the text is not one of {@link BUDGETS}. */
export function parseBudget(text: string | null): number {
  const stored = readJson(text)
  return BUDGETS.find((budget) => budget === stored) ?? DEFAULT_BUDGET
}

const budget = new Remembered('flowtrace.memory-budget', parseBudget)

/** Bytes, one of {@link BUDGETS}. */
export const setBudget = budget.set

/** Bytes. */
export function useBudget(): number {
  return useSyncExternalStore(budget.subscribe, budget.get)
}
