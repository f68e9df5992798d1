import { DEFAULT_DAYS, type HistoryOptions, isClickHouse } from '../history/history-options.ts'
import type { SettingValues } from './settings.ts'

/** Null where nothing is recorded. */
export function historyFromSettings(values: SettingValues): HistoryOptions | null {
  const where = values.history
  if (where === null) return null
  return {
    where,
    days: values['history-days'] ?? DEFAULT_DAYS[isClickHouse(where) ? 'clickhouse' : 'folder'],
    hourDays: values['history-hour-days'],
    maxBytes: values['history-max-size'],
    memory: values['history-memory'],
    passwordFile: values['history-password-file'],
    caFile: values['history-ca'],
    reader:
      values['history-reader'] === null
        ? null
        : { user: values['history-reader'], passwordFile: values['history-reader-password-file'] },
  }
}
