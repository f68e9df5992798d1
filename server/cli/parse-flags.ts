import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from '../lib/usage-error.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type ParsedFlags<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>

/** Node's parseArgs, strict and with positional arguments. Throws {@link UsageError}. */
export function parseFlags<const O extends Options>(argv: readonly string[], options: O): ParsedFlags<O> {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // Node adds advice about "--" after the first sentence.
    throw new UsageError(message.replace(/[.;]?\s(To specify|Did you forget)[\s\S]*$/, ''), { cause: error })
  }
}
