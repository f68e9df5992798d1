/** What ClickHouse and the network say when something goes wrong, as troubles of the history. */
import { ClickHouseError } from '@clickhouse/client'
import { unreachable } from '../../../src/lib/assert.ts'
import { errorCode } from '../../lib/error-code.ts'
import { HistoryError, type HistoryTrouble } from '../history-error.ts'

/** By ClickHouse's number of the error (src/Common/ErrorCodes.cpp). */
const TROUBLES: ReadonlyMap<number, HistoryTrouble> = new Map(
  Object.entries({
    // TOO_MANY_ROWS, SET_SIZE_LIMIT_EXCEEDED, TOO_MANY_BYTES, TOO_MANY_ROWS_OR_BYTES
    'too large': [158, 191, 307, 396],
    // TIMEOUT_EXCEEDED, TOO_SLOW
    'too slow': [159, 160],
    // MEMORY_LIMIT_EXCEEDED
    'too much memory': [241],
    // CANNOT_READ_ALL_DATA, ATTEMPT_TO_READ_AFTER_EOF, TOO_MANY_SIMULTANEOUS_QUERIES, SOCKET_TIMEOUT, NETWORK_ERROR,
    // TABLE_IS_READ_ONLY, TOO_MANY_PARTS, ALL_CONNECTION_TRIES_FAILED, TOO_FEW_LIVE_REPLICAS,
    // UNKNOWN_STATUS_OF_INSERT, ALL_REPLICAS_ARE_STALE, KEEPER_EXCEPTION
    unavailable: [32, 33, 202, 209, 210, 242, 252, 279, 285, 319, 369, 999],
    // READONLY, UNKNOWN_USER, WRONG_PASSWORD, REQUIRED_PASSWORD, SETTING_CONSTRAINT_VIOLATION, ACCESS_DENIED,
    // AUTHENTICATION_FAILED
    refused: [164, 192, 193, 194, 452, 497, 516],
    // NOT_ENOUGH_SPACE
    full: [243],
    // NO_SUCH_COLUMN_IN_TABLE, UNKNOWN_IDENTIFIER, UNKNOWN_TABLE, UNKNOWN_DATABASE
    damaged: [16, 47, 60, 81],
  } satisfies Partial<Record<HistoryTrouble, readonly number[]>>).flatMap(
    ([trouble, codes]) => codes.map((code) => [code, trouble as HistoryTrouble] as const), // the object's keys are such
  ),
)

/** ATTEMPT_TO_READ_AFTER_EOF, CANNOT_READ_ALL_DATA, SOCKET_TIMEOUT, NETWORK_ERROR, ALL_CONNECTION_TRIES_FAILED, ALL_REPLICAS_ARE_STALE */
const SHARD_DOWN: ReadonlySet<string> = new Set(['32', '33', '209', '210', '279', '369'])
const ACCESS_DENIED = '497'
/** READONLY, SETTING_CONSTRAINT_VIOLATION */
const SETTING_REFUSED: ReadonlySet<string> = new Set(['164', '452'])
const CUT: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET'])
const MAX_MESSAGE_LENGTH = 300
const NO_TLS =
  'ClickHouse was not reached: there is no TLS at this port; tls=off in its address says so, and 8123 is its own port without'

/** Any error of a call to ClickHouse, as one of the history. */
export function historyErrorOf(error: unknown): HistoryError {
  if (error instanceof HistoryError) return error
  if (!(error instanceof ClickHouseError)) return connectionError(error)
  const trouble = TROUBLES.get(Number(error.code)) ?? 'failed'
  return new HistoryError(trouble, sentenceOf(trouble, error), { cause: error })
}

/** Whether the user lacks a right, and not the right password. */
export function isAccessDenied(error: unknown): boolean {
  return (
    error instanceof HistoryError &&
    error.cause instanceof ClickHouseError &&
    error.cause.code === ACCESS_DENIED
  )
}

/** Whether the profile of the user does not allow a setting. */
export function isSettingRefused(error: unknown): boolean {
  if (!(error instanceof HistoryError) || !(error.cause instanceof ClickHouseError)) return false
  return SETTING_REFUSED.has(error.cause.code)
}

/** Whether the server that was asked did not reach a shard, or lost it. */
export function isShardDown(error: unknown): boolean {
  if (!(error instanceof HistoryError) || !(error.cause instanceof ClickHouseError)) return false
  return SHARD_DOWN.has(error.cause.code)
}

/** Whether the connection ended before the answer, as one does that the server ended while it was idle. */
export function isConnectionCut(error: unknown): boolean {
  return error instanceof HistoryError && CUT.has(errorCode(error.cause))
}

function sentenceOf(trouble: HistoryTrouble, { message, type = '', code }: ClickHouseError): string {
  const name = type === '' ? `error ${code}` : type
  switch (trouble) {
    case 'too slow':
      return 'ClickHouse was not done within the limit of time'
    case 'too much memory':
      return 'ClickHouse needs more memory than the limit'
    case 'too large':
      return 'There are more records than the limit'
    case 'damaged':
      return `The tables in ClickHouse are not as this version makes them (${name}); flowtrace history ddl prints them`
    case 'full':
      return 'ClickHouse has no space left'
    case 'refused':
      // The second sentence says which right is missing.
      return `ClickHouse refuses it: ${firstSentences(message, 2)}`
    case 'unavailable':
    case 'locked':
    case 'failed':
      return `ClickHouse says ${name}: ${firstSentence(message)}`
    default:
      return unreachable(trouble, 'trouble')
  }
}

function connectionError(error: unknown): HistoryError {
  if (CUT.has(errorCode(error)))
    return new HistoryError('unavailable', `The connection to ClickHouse was cut (${errorCode(error)})`, {
      cause: error,
    })
  const said = error instanceof Error ? error.message || error.name : String(error)
  if (/wrong version number/.test(said)) return new HistoryError('unavailable', NO_TLS, { cause: error })
  return new HistoryError('unavailable', `ClickHouse was not reached: ${firstSentence(said)}`, {
    cause: error,
  })
}

/** The message up to its first full stop, on one line. */
function firstSentence(message: string): string {
  return firstSentences(message, 1)
}

function firstSentences(message: string, count: number): string {
  const [line = ''] = message.split(/[\r\n]/)
  const sentences = line.split(/\.(?:\s|$)/).filter((sentence) => sentence.trim() !== '')
  return sentences.slice(0, count).join('. ').slice(0, MAX_MESSAGE_LENGTH)
}

/** Whether it is not the server's state that fails, so that other buckets of the batch may be stored without the one at fault. */
export function mayBeOfOneBucket(error: unknown): boolean {
  return !(error instanceof HistoryError) || error.trouble === 'failed' || error.trouble === 'too large'
}
