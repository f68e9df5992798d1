import { parseArgs, type ParseArgsConfig } from 'node:util'
import { UsageError } from '../lib/usage-error.ts'

type Options = NonNullable<ParseArgsConfig['options']>
type ParsedFlags<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>

/** Flags that need no value, which Node's parseArgs does not know: `--demo`, `--demo option-c`. */
export interface OptionalValues {
  readonly flags: readonly string[]
  /** Words that are no value although they follow such a flag. */
  readonly otherWords?: readonly string[]
}

/**
 * Node's parseArgs, strict and with positional arguments. A flag whose value is optional has the value `true` where it
 * stands alone. Throws {@link UsageError}.
 */
export function parseFlags<const O extends Options>(
  argv: readonly string[],
  options: O,
  optional: OptionalValues = { flags: [] },
): ParsedFlags<O> {
  try {
    const args = withOptionalValues(argv, optional)
    return parseArgs({ args, options, allowPositionals: true, strict: true })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // Node adds advice about "--" after the first sentence.
    throw new UsageError(message.replace(/[.;]?\s(To specify|Did you forget)[\s\S]*$/, ''), { cause: error })
  }
}

function withOptionalValues(argv: readonly string[], { flags, otherWords = [] }: OptionalValues): string[] {
  const args: string[] = []
  for (let at = 0; at < argv.length; at++) {
    const arg = argv[at] ?? ''
    // Behind it there are no flags.
    if (arg === '--') return [...args, ...argv.slice(at)]
    const next = argv[at + 1]
    if (!flags.some((flag) => arg === `--${flag}`)) args.push(arg)
    else if (next === undefined || next.startsWith('-') || otherWords.includes(next)) args.push(`${arg}=true`)
    else {
      args.push(`${arg}=${next}`)
      at++
    }
  }
  return args
}
