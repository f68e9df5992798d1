/** The flags by which a command redacts the capture that it writes. */
import type { ParseArgsConfig } from 'node:util'
import type { RedactionLevel } from '../../src/redact/name-redaction.ts'
import { UsageError } from '../lib/usage-error.ts'

export const REDACTION_FLAGS = {
  redact: { type: 'string' },
  'salt-file': { type: 'string' },
  names: { type: 'string' },
} as const satisfies ParseArgsConfig['options']

export interface RedactionOptions {
  readonly level: RedactionLevel
  readonly saltFile: string
  /** Where the list of names goes; null for nowhere. */
  readonly namesFile: string | null
}

export const REDACTION_HELP = `  --redact WHAT         names or names-and-labels: stand-ins for namespaces, workloads,
                        services and policies, or for labels too; tiers, ports, verdicts
                        and times stay. One salt gives one name the same stand-in in
                        every file
  --salt-file FILE      where the salt is; made with a new one if it is not there
  --names FILE          writes the list of names and stand-ins, which is for you alone`

const LEVELS: readonly RedactionLevel[] = ['names', 'names-and-labels']

/** What the flags ask for; null without --redact. Throws {@link UsageError}. */
export function parseRedaction(flags: {
  readonly redact?: string | undefined
  readonly 'salt-file'?: string | undefined
  readonly names?: string | undefined
}): RedactionOptions | null {
  const { redact, 'salt-file': saltFile, names } = flags
  if (redact === undefined) {
    if (saltFile !== undefined || names !== undefined)
      throw new UsageError(`${saltFile === undefined ? '--names' : '--salt-file'} needs --redact`)
    return null
  }
  const level = LEVELS.find((each) => each === redact)
  if (level === undefined)
    throw new UsageError(`--redact wants ${LEVELS.join(' or ')}, not ${JSON.stringify(redact)}`)
  if (saltFile === undefined || saltFile === '')
    throw new UsageError('--redact needs --salt-file FILE, which is made if it is not there')
  if (names === '') throw new UsageError('--names wants a file')
  return { level, saltFile, namesFile: names ?? null }
}
