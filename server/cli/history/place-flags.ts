/** The flags by which a command names a history. */
import type { ParseArgsConfig } from 'node:util'
import type { HistoryReaderUser } from '../../history/history-options.ts'
import { UsageError } from '../../lib/usage-error.ts'

/** A history as the flags name it. */
export interface HistoryPlace {
  /** A folder, or clickhouse://… */
  readonly location: string
  readonly passwordFile: string | null
  /** PEM of the authority that signed ClickHouse's certificate; null for the usual ones. */
  readonly caFile: string | null
  readonly reader: HistoryReaderUser | null
  /** Whether a folder that is not there is made. */
  readonly mayBeNew?: boolean
}

/** Flags that say how the history is reached, and make no sense without it. */
const ACCESS_FLAGS = {
  'history-password-file': { type: 'string' },
  'history-ca': { type: 'string' },
  'history-reader': { type: 'string' },
  'history-reader-password-file': { type: 'string' },
} as const satisfies ParseArgsConfig['options']
const ACCESS_NAMES = Object.keys(ACCESS_FLAGS) as (keyof typeof ACCESS_FLAGS)[] // of these names

export const PLACE_FLAGS = { history: { type: 'string' }, ...ACCESS_FLAGS } as const

export const PLACE_HELP = `  --history DIR         the folder of the history; no gateway may have it open. Or
                        clickhouse://user@host:8443/db, as flowtrace serve has it
  --history-password-file FILE
                        the password of the ClickHouse user
  --history-ca FILE     who signed ClickHouse's certificate (PEM)
  --history-reader USER, --history-reader-password-file FILE
                        another user of ClickHouse, who reads, where that of the address
                        only writes`

type PlaceFlags = { readonly [Name in keyof typeof PLACE_FLAGS]?: string | undefined }

/** The place that the flags name; null without --history. Throws {@link UsageError} for flags that make no sense. */
export function parsePlace(flags: PlaceFlags): HistoryPlace | null {
  const { history, 'history-reader': user } = flags
  const empty = ACCESS_NAMES.find((name) => flags[name] === '')
  if (empty !== undefined)
    throw new UsageError(`--${empty} wants ${empty === 'history-reader' ? 'a name' : 'a file'}`)
  if (history === undefined) {
    const left = ACCESS_NAMES.find((name) => flags[name] !== undefined)
    if (left !== undefined) throw new UsageError(`--${left} needs --history`)
    return null
  }
  const readerPassword = flags['history-reader-password-file'] ?? null
  if (user === undefined && readerPassword !== null)
    throw new UsageError('--history-reader-password-file needs --history-reader')
  return {
    location: history,
    passwordFile: flags['history-password-file'] ?? null,
    caFile: flags['history-ca'] ?? null,
    reader: user === undefined ? null : { user, passwordFile: readerPassword },
  }
}
