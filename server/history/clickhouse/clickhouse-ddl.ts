/** The tables of the history in ClickHouse, for one server or for the shards of a cluster. */
import { FOLDED_COLUMN, type KeyColumnType } from '../../../src/filter/plan/key-column.ts'
import { unreachable } from '../../../src/lib/assert.ts'
import { KEY_COLUMN_LIST } from '../sql/key-columns.ts'
import { COUNTER_COLUMNS } from '../sql/tables.ts'

export interface TableOptions {
  readonly database: string
  readonly cluster: string | null
  readonly replicated: boolean
  /** Days after which ClickHouse itself deletes; null for never. */
  readonly days: { readonly raw: number | null; readonly hours: number | null }
}

/** All tables. With a cluster each has a second one, `…_local`, on every shard. */
export const TABLES = ['keys', 'flows', 'flows_1h', 'buckets', 'gaps', 'dropped'] as const
export type Table = (typeof TABLES)[number]

interface TableDescription {
  readonly columns: readonly string[]
  /** The arguments of ReplacingMergeTree. */
  readonly version: string
  readonly order: string
  readonly partition?: string
  /** What lies on one shard together; rows of a table without it are written to all shards. */
  readonly shard?: string
  readonly ttl?: (days: TableOptions['days']) => string | null
}

const COUNTERS = Object.values(COUNTER_COLUMNS).map(
  (column) => `${column} Nullable(UInt64) codec(T64, ZSTD(1))`,
)

/** Days for which a key is kept after the records that it was last sent with. A writer sends it again before. */
const KEY_DAYS = 60

const DESCRIPTIONS: Readonly<Record<Table, TableDescription>> = {
  keys: {
    columns: [
      'cluster LowCardinality(String)',
      'id UInt64',
      ...['grp', 'sig', 'conv'].map((column) => `${column} UInt64`),
      ...KEY_COLUMN_LIST.map(({ column, type }) => `${column} ${typeOf(type)}`),
      `${FOLDED_COLUMN} Array(String)`,
      'body String codec(ZSTD(3))',
      // Of the newest records that it was sent with.
      'day Date',
    ],
    version: 'day',
    order: 'cluster, id',
    shard: 'sipHash64(cluster, id)',
    ttl: ({ raw, hours }) =>
      raw === null || hours === null ? null : `day + interval ${Math.max(raw, hours) + KEY_DAYS} day`,
  },
  flows: {
    columns: [
      'cluster LowCardinality(String)',
      `t DateTime('UTC') codec(DoubleDelta, ZSTD(1))`,
      's UInt32 codec(ZSTD(1))',
      'k UInt64 codec(ZSTD(1))',
      'act UInt8 codec(ZSTD(1))',
      'rev UInt16 codec(ZSTD(1))',
      ...COUNTERS,
    ],
    version: '',
    order: 'cluster, toStartOfHour(t), k, t, rev',
    partition: 'toYYYYMMDD(t)',
    shard: 'sipHash64(cluster, k)',
    // A day more than the buckets, so that no bucket seems to be held without its records.
    ttl: ({ raw }) => (raw === null ? null : `t + interval ${raw + 1} day`),
  },
  flows_1h: {
    columns: [
      'cluster LowCardinality(String)',
      `t DateTime('UTC') codec(ZSTD(1))`,
      'k UInt64 codec(ZSTD(1))',
      'act UInt8 codec(ZSTD(1))',
      'rev UInt16 codec(ZSTD(1))',
      'n UInt32 codec(T64, ZSTD(1))',
      'first UInt32 codec(ZSTD(1))',
      'last UInt32 codec(ZSTD(1))',
      ...COUNTERS,
    ],
    version: '',
    order: 'cluster, t, k, rev',
    partition: 'toYYYYMM(t)',
    shard: 'sipHash64(cluster, k)',
    ttl: ({ hours }) => (hours === null ? null : `t + interval ${hours + 1} day`),
  },
  buckets: {
    columns: [
      'cluster LowCardinality(String)',
      // In seconds: 15 for buckets of records, 3600 for hours of the roll-up.
      'grain UInt16',
      `t DateTime('UTC')`,
      'rev UInt16',
      'ver UInt64',
      'digest UInt64',
      's UInt32',
      'rows UInt32',
      // 0: somebody began to write it. 1: all of its rows are there.
      'done UInt8',
    ],
    version: '',
    order: 'cluster, grain, t, rev, ver, digest, done',
    partition: 'toYYYYMM(t)',
    ttl: ({ raw, hours }) =>
      raw === null || hours === null
        ? null
        : `t + interval ${raw} day delete where grain < 3600, t + interval ${hours} day delete where grain = 3600`,
  },
  gaps: {
    columns: ['cluster LowCardinality(String)', 'since UInt32', 'until UInt32', 'cause String'],
    version: '',
    order: 'cluster, since, until, cause',
    ttl: ({ hours }) => (hours === null ? null : `toDateTime(until) + interval ${hours} day`),
  },
  dropped: {
    columns: ['grain UInt16', 'before UInt32'],
    version: '',
    order: 'grain, before',
  },
}

function typeOf(type: KeyColumnType): string {
  switch (type) {
    case 'text':
      return 'LowCardinality(String)'
    case 'number':
      return 'Int64'
    case 'texts':
      return 'Array(LowCardinality(String))'
    case 'numbers':
      return 'Array(Int64)'
    default:
      return unreachable(type, 'type of column')
  }
}

/** Names of columns as an INSERT lists them. */
export function columnsOf(table: Table): string {
  return DESCRIPTIONS[table].columns.map((column) => column.slice(0, column.indexOf(' '))).join(', ')
}

/** Whether each shard has all rows of a table, and not a part of them. */
export function isOnAllShards(table: Table): boolean {
  return DESCRIPTIONS[table].shard === undefined
}

/** The table that has the rows on each server of a cluster; of a single server, the table itself. */
export function localTable(table: Table, cluster: string | null): string {
  return cluster === null ? table : `${table}_local`
}

/** Behind the name of what a statement makes or changes: on all servers of a cluster. */
export function onCluster(cluster: string | null): string {
  return cluster === null ? '' : ` on cluster ${literal(cluster)}`
}

/** What can stand after `from`: the parts of the tables, on all shards. */
export function partsOf(cluster: string | null): string {
  return cluster === null ? 'system.parts' : `cluster(${literal(cluster)}, system.parts)`
}

/**
 * The statements that make the database and its tables. With `each server` there is no ON CLUSTER, which takes a Keeper: they are to be run
 * on each server of the cluster.
 */
export function ddlOf(
  options: TableOptions,
  where: 'cluster' | 'each server' = 'cluster',
): readonly string[] {
  const { cluster } = options
  const database = identifier(options.database)
  const everywhere = where === 'each server' ? '' : onCluster(cluster)
  const statements = TABLES.flatMap((table) => {
    const description = DESCRIPTIONS[table]
    const local = localTable(table, cluster)
    const made = `create table if not exists ${database}.${local}${everywhere} (\n  ${description.columns.join(',\n  ')}\n)\n${engineOf(local, description, options)}`
    if (cluster === null) return [made]
    const shard = description.shard ?? 'rand()'
    return [
      made,
      `create table if not exists ${database}.${table}${everywhere} as ${database}.${local}\nengine = Distributed(${literal(cluster)}, ${literal(options.database)}, ${literal(local)}, ${shard})`,
    ]
  })
  return [`create database if not exists ${database}${everywhere}`, ...statements]
}

function engineOf(
  table: string,
  { version, order, partition, ttl }: TableDescription,
  { database, replicated, days }: TableOptions,
): string {
  // The macros of each server say which shard and replica it is.
  const place = replicated
    ? [
        literal(`/clickhouse/tables/{shard}/${database.replaceAll(/[{}/]/g, '_')}/${table}`),
        literal('{replica}'),
      ]
    : []
  const args = [...place, ...(version === '' ? [] : [version])]
  const expires = ttl?.(days) ?? null
  const dropsWholeParts = partition !== undefined && !(expires ?? '').includes(' where ')
  const settings = [
    // What was acknowledged is there also when the machine loses its power.
    'fsync_after_insert = 1',
    'fsync_part_directory = 1',
    ...(replicated ? [] : ['non_replicated_deduplication_window = 1000']),
    // A part of other tables has rows of many times.
    ...(expires === null || !dropsWholeParts ? [] : ['ttl_only_drop_parts = 1']),
  ]
  return [
    `engine = ${replicated ? 'Replicated' : ''}ReplacingMergeTree${args.length > 0 ? `(${args.join(', ')})` : ''}`,
    ...(partition === undefined ? [] : [`partition by ${partition}`]),
    `order by (${order})`,
    ...(expires === null ? [] : [`ttl ${expires}`]),
    `settings ${settings.join(', ')}`,
  ].join('\n')
}

/** A text as ClickHouse's literal, on one line. */
export function literal(text: string): string {
  return `'${escaped(text, "'")}'`
}

/** A name as ClickHouse's quoted identifier, on one line. */
export function identifier(name: string): string {
  return `\`${escaped(name, '`')}\``
}

function escaped(text: string, quote: string): string {
  const escapes: Readonly<Record<string, string>> = { '\0': '\\0', '\n': '\\n', '\r': '\\r' }
  return text.replaceAll(
    /[\\'`\0\n\r]/g,
    (char) => escapes[char] ?? (char === '\\' || char === quote ? `\\${char}` : char),
  )
}
