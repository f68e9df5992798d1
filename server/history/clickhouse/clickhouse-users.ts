/** The users of a history in ClickHouse: one who writes and cannot read records, and one who reads within limits. */
import { ddlOf, identifier, localTable, onCluster, type Table, type TableOptions } from './clickhouse-ddl.ts'

type Place = Pick<TableOptions, 'database' | 'cluster'>

/** The rights of a user who writes, and of one who reads, as GRANT has them: `INSERT ON history.*`. */
export function grantsOf({ database, cluster }: Place): {
  readonly writer: readonly string[]
  readonly reader: readonly string[]
} {
  const of = identifier(database)
  // Of what lies on shards each of them asks for the right to its own table, too.
  const both = (table: Table) => [...new Set([table, localTable(table, cluster)])]
  return {
    writer: [
      `INSERT ON ${of}.*`,
      ...both('keys').map((table) => `SELECT(cluster, id, action, day) ON ${of}.${table}`),
      ...(['buckets', 'gaps', 'dropped'] as const).flatMap(both).map((table) => `SELECT ON ${of}.${table}`),
      // How many shards there are, and how long the tables keep what they have.
      ...(cluster === null ? [] : ['SELECT ON system.clusters']),
      'SELECT ON system.tables',
    ],
    reader: [
      `SELECT ON ${of}.*`,
      // How large the tables are, on all shards.
      'SELECT ON system.parts',
      ...(cluster === null ? [] : ['REMOTE ON *.*', 'CREATE TEMPORARY TABLE ON *.*']),
    ],
  }
}

interface ProfileSetting {
  readonly value: number
  /** What a question may set it to; null where it may be any. */
  readonly max: number | null
}

/**
 * The profile of the user who reads. A question sends limits of its own, which are lower as a rule; with `readonly = 2` it may, up to
 * these.
 */
export const READER_PROFILE: Readonly<Record<string, ProfileSetting>> = {
  readonly: { value: 2, max: null },
  max_execution_time: { value: 30, max: 60 },
  max_memory_usage: { value: 4_000_000_000, max: 8_000_000_000 },
  max_rows_to_read: { value: 20_000_000_000, max: 20_000_000_000 },
}

/** All statements, as a script for clickhouse-client: the tables, and last what takes the right to manage access. */
export function printDdl(options: TableOptions): string {
  return [...ddlOf(options).map((statement) => `${statement};\n`), ...rolesOf(options), ''].join('\n')
}

/** Names that no user has as a rule: a grant to a name that a user and a role share goes to the user. */
export function roleNames(database: string): { readonly writer: string; readonly reader: string } {
  return { writer: `${database}_writing`, reader: `${database}_reading` }
}

function rolesOf({ database, cluster }: Place): readonly string[] {
  const grants = grantsOf({ database, cluster })
  const everywhere = onCluster(cluster)
  const names = roleNames(database)
  const [writer, reader] = [identifier(names.writer), identifier(names.reader)]
  const role = (name: string, rights: readonly string[]) => [
    `create role if not exists ${name}${everywhere};`,
    ...rights.map((right) => `grant${everywhere} ${right} to ${name};`),
  ]
  const settings = Object.entries(READER_PROFILE).map(
    ([name, { value, max }]) => `${name} = ${value}${max === null ? '' : ` max ${max}`}`,
  )
  const user = (name: string, held: string) =>
    `--   create user ${name}${everywhere} identified by 'PASSWORD'; grant${everywhere} ${held} to ${name};`
  return [
    '-- The roles of who writes (--history clickhouse://WRITER@…) and of who reads (--history-reader READER). The users are yours to make:',
    user('WRITER', writer),
    user('READER', reader),
    '-- A single user for both gets the rights below, and neither role: the profile of who reads keeps it from writing.',
    ...role(writer, grants.writer),
    ...role(reader, grants.reader),
    `create settings profile if not exists ${reader}${everywhere} settings ${settings.join(', ')} to ${reader};`,
  ]
}
