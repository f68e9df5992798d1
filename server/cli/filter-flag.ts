/** The --filter of the terminal's commands. */
import { parse } from '../../src/filter/language/parse-query.ts'
import { ALL, type Expression } from '../../src/filter/tree/expression.ts'
import { UsageError } from '../lib/usage-error.ts'

/**
 * The query of --filter; all flows without one. Throws {@link UsageError} with the place of the first error and, where the
 * parser has one, the query that is probably meant.
 */
export function parseFilter(text: string | undefined): Expression {
  if (text === undefined) return ALL
  const parsed = parse(text)
  if (parsed.ok) return parsed.expression
  const [first] = parsed.errors
  const place = first === undefined ? '' : ` (at character ${first.from + 1})`
  const { suggestion } = first ?? {}
  const offer =
    first === undefined || suggestion === undefined
      ? ''
      : ` Perhaps: ${text.slice(0, first.from)}${suggestion}${text.slice(first.to)}`
  throw new UsageError(`--filter is not a query: ${first?.message ?? 'it cannot be read'}${place}${offer}`)
}
