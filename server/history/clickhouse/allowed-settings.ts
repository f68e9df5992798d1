/**
 * Which settings a user of ClickHouse may send with a question. A profile with `readonly = 1` allows none of them, and a profile
 * may have bounds (constraints); ClickHouse refuses a question with a setting beyond them, and not only the setting.
 */
import type { ClickHouseSettings } from '@clickhouse/client'
import { HistoryError } from '../history-error.ts'
import type { SqlRow } from '../sql/sums.ts'

interface AllowedSetting {
  /** As the profile has it. */
  readonly value: string
  /** Null without a bound. */
  readonly min: number | null
  readonly max: number | null
  readonly isFixed: boolean
}

/** Without these an answer would be wrong or none, and not only without limits. */
const REQUIRED: ReadonlySet<string> = new Set(['distributed_product_mode'])

/** What {@link AllowedSettings} is made of. */
export const SETTINGS_STATEMENT = {
  text: 'select name, value, min, max, readonly from system.settings where name in {p1:Array(String)}',
  params: [
    {
      type: 'texts',
      value: [
        'max_execution_time',
        'max_memory_usage',
        'max_result_rows',
        'result_overflow_mode',
        'cancel_http_readonly_queries_on_client_close',
        'do_not_merge_across_partitions_select_final',
        'skip_unavailable_shards',
        'distributed_product_mode',
      ],
    },
  ],
} as const

export class AllowedSettings {
  readonly #user: string
  readonly #byName: ReadonlyMap<string, AllowedSetting>

  constructor(user: string, rows: readonly SqlRow[]) {
    this.#user = user
    this.#byName = new Map(
      rows.map((row) => [
        String(row['name']),
        {
          value: String(row['value']),
          min: boundOf(row['min']),
          max: boundOf(row['max']),
          isFixed: Number(row['readonly']) === 1,
        },
      ]),
    )
  }

  /**
   * The settings as far as they may be sent, within their bounds: for the rest the limits of the profile hold. Throws {@link
   * HistoryError} for one that the answer depends on.
   */
  of(wanted: ClickHouseSettings): ClickHouseSettings {
    const allowed: ClickHouseSettings = {}
    for (const [name, value] of Object.entries(wanted)) {
      const setting = this.#byName.get(name)
      if (setting?.isFixed !== true) allowed[name] = setting === undefined ? value : bounded(value, setting)
      else if (REQUIRED.has(name) && setting.value !== String(value))
        throw new HistoryError(
          'refused',
          `The user ${this.#user} of ClickHouse may not set ${name}: its profile needs ${name} = '${String(value)}', or readonly = 2`,
        )
    }
    return allowed
  }
}

function bounded(
  value: ClickHouseSettings[string],
  { min, max }: AllowedSetting,
): ClickHouseSettings[string] {
  const number = Number(value)
  if (Number.isNaN(number)) return value
  // Zero is no limit, which a bound refuses.
  if (max !== null && (number > max || number === 0)) return String(max)
  return min !== null && number < min ? String(min) : value
}

function boundOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value)
}
