/** The settings of the history: where records are kept beyond Goldmane's hour, and for how long. */
import { CLICKHOUSE_SCHEME, DEFAULT_HISTORY_MEMORY, DEFAULT_HOUR_DAYS } from '../history/history-options.ts'
import { optional, setting } from './setting.ts'
import { address, bytes, file, integer, parsedText, text } from './value-kind.ts'

const MEGABYTE = 1024 ** 2
const GIGABYTE = 1024 ** 3

const MAX_DAYS = 3650

/** A folder, or the address of a ClickHouse, which the engine reads. */
const store = parsedText(
  'a folder, or clickhouse://USER@HOST:8443/DATABASE and the password in a file',
  (value) => {
    const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase()
    if (value === '' || (scheme !== undefined && scheme !== CLICKHOUSE_SCHEME)) return null
    // It would be printed by --print-config and stand in the list of processes.
    if (scheme !== undefined && URL.canParse(value) && new URL(value).password !== '') return null
    return value
  },
)

export const HISTORY_SETTINGS = {
  history: optional(store, {
    group: 'history',
    file: 'history.store',
    argument: 'WHERE',
    help: 'record the clusters beyond the hour of Goldmane: into this folder (DuckDB), or into a ClickHouse, clickhouse://USER@HOST:8443/DATABASE?cluster=NAME',
  }),
  'history-days': optional(integer(1, MAX_DAYS), {
    group: 'history',
    file: 'history.days',
    argument: 'DAYS',
    help: 'how long records of 15 s are kept; 7 days in a folder and 30 in a ClickHouse unless given',
  }),
  'history-hour-days': setting(integer(1, MAX_DAYS), DEFAULT_HOUR_DAYS, {
    group: 'history',
    file: 'history.hourDays',
    argument: 'DAYS',
    help: 'how long their sums by the hour are kept',
  }),
  'history-max-size': optional(bytes(64 * MEGABYTE, 1024 ** 2 * GIGABYTE), {
    group: 'history',
    file: 'history.maxSize',
    argument: 'SIZE',
    help: 'the most that all of it may take on disk: beyond it the oldest days go before their time',
  }),
  'history-memory': setting(bytes(64 * MEGABYTE, 64 * GIGABYTE), DEFAULT_HISTORY_MEMORY, {
    group: 'history',
    file: 'history.memory',
    argument: 'SIZE',
    help: 'the memory that DuckDB may take',
  }),
  'history-password-file': optional(file, {
    group: 'history',
    file: 'history.passwordFile',
    argument: 'FILE',
    help: "the file with the password of ClickHouse's user",
  }),
  'history-reader': optional(text('the name of a user'), {
    group: 'history',
    file: 'history.reader.user',
    argument: 'USER',
    help: 'another user of ClickHouse, who reads; the one of the address then only has to write',
  }),
  'history-reader-password-file': optional(file, {
    group: 'history',
    file: 'history.reader.passwordFile',
    argument: 'FILE',
    help: 'the file with the password of that user',
  }),
  'history-ca': optional(file, {
    group: 'history',
    file: 'history.ca',
    argument: 'FILE',
    help: "who signed ClickHouse's certificate (PEM)",
  }),
  'history-receiver': optional(address, {
    group: 'history',
    file: 'history.receiver.listen',
    argument: 'HOST:PORT',
    help: "take what Goldmane's emitter posts (PUSH_URL), on this port: records of 5 minutes, where the stream brought none",
  }),
  'history-receiver-cert': optional(file, {
    group: 'history',
    file: 'history.receiver.cert',
    argument: 'FILE',
    help: "the receiver's certificate chain (PEM), read again when it changes",
  }),
  'history-receiver-key': optional(file, {
    group: 'history',
    file: 'history.receiver.key',
    argument: 'FILE',
    help: 'its key (PEM)',
  }),
  'history-receiver-ca': optional(file, {
    group: 'history',
    file: 'history.receiver.ca',
    argument: 'FILE',
    help: "who signed the client certificate that Goldmane's emitter must have (PEM)",
  }),
} as const
