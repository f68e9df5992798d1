import { isMeasured } from '../../src/filter/tree/asks-for.ts'
import type { Expression } from '../../src/filter/tree/expression.ts'
import { UsageError } from '../lib/usage-error.ts'
import { parseFilter } from './filter-flag.ts'

/**
 * The query of --filter for a command that asks each record as it comes, when sums and the newest time are not known yet.
 * Throws {@link UsageError}.
 */
export function parseKeyFilter(text: string | undefined): Expression {
  const filter = parseFilter(text)
  if (isMeasured(filter)) {
    throw new UsageError('--filter cannot ask for sums (bytes, packets, conns) or ages (seen)')
  }
  return filter
}
