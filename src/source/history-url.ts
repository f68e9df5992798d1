/** The addresses of a gateway's answers about a range of its history. */
import { print } from '../filter/language/print.ts'
import type { Expression } from '../filter/tree/expression.ts'

export interface HistorySource {
  readonly kind: 'history'
  /** Absolute, with a trailing slash. */
  readonly endpoint: string
  /** Unix seconds. */
  readonly range: { readonly from: number; readonly to: number }
  readonly scope: Expression
  /** As of a live source: another user of the browser sees other records. */
  readonly viewer?: string
}

/** The address of a range of the history below an endpoint; `name` is that of the question. */
export function historyUrl({ endpoint, range, scope }: Omit<HistorySource, 'kind'>, name: string): string {
  const url = new URL(`history/${name}`, endpoint)
  url.searchParams.set('from', String(range.from))
  url.searchParams.set('to', String(range.to))
  if (scope.kind !== 'all') url.searchParams.set('filter', print(scope))
  return url.href
}
