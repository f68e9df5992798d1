/** A week of a history as the open source, for tests of the parts that show it. */
import { ALL } from '../../filter/tree/expression.ts'
import type { Source } from '../client/flowtrace.ts'
import { readAlone } from '../view/history-range.ts'
import { navigate } from '../view/navigation.ts'

export const PAST_TO = 1_790_002_800
export const PAST_FROM = PAST_TO - 7 * 86_400
export const PAST: Source['open'] = {
  kind: 'history',
  endpoint: 'http://localhost/',
  range: { from: PAST_FROM, to: PAST_TO },
  scope: ALL,
}

/** What tests changed of the address and of the range that is read, for `afterEach`. */
export function forgetPast(): void {
  readAlone.set(null)
  navigate({ filter: ALL, scope: ALL, time: null })
}
