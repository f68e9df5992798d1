/** The plan of docs/scale.md: what a history of N nodes takes, from figures that were measured or are assumed. */
export interface Input {
  readonly value: number
  readonly unit: string
  readonly what: string
  /** Where the value comes from; it begins with `measured` or `assumed`. */
  readonly source: string
}

/** Everything that the tables are computed from. Seconds a day and the 15 s of a bucket are Goldmane's and not listed. */
export const INPUTS = {
  keysFew: {
    value: 20,
    unit: '',
    what: 'keys of a node in a bucket, few',
    source: 'assumed: after Goldmane merged equal keys of different nodes',
  },
  keysSome: { value: 100, unit: '', what: 'keys of a node in a bucket, some', source: 'assumed' },
  keysMany: { value: 400, unit: '', what: 'keys of a node in a bucket, many', source: 'assumed' },
  duckRowBytes: {
    value: 13,
    unit: 'B',
    what: 'a record in DuckDB',
    source: 'measured: 12.8 million of a day that is over, by `history-scale`',
  },
  clickRowBytes: {
    value: 11.5,
    unit: 'B',
    what: 'a record in ClickHouse',
    source: 'measured: the same',
  },
  hourRatio: {
    value: 15,
    unit: '',
    what: 'records that an hour of the roll-up sums',
    source: 'measured: with the traffic of `history-scale`, whose keys fall as 1/rank (assumed)',
  },
  hourRowBytes: {
    value: 26,
    unit: 'B',
    what: 'an hour of the roll-up',
    source: 'measured: in DuckDB, by `history-scale`; 24 in ClickHouse',
  },
  keyPool: {
    value: 16,
    unit: '',
    what: 'keys that are alive, for each in a bucket',
    source: 'assumed: 20,000 for 1,215, as `history-scale` has them',
  },
  newKeys: {
    value: 0.03,
    unit: '',
    what: 'of them, the part that rollouts replace in a day',
    source: 'assumed: each workload about once a month',
  },
  keyBytes: {
    value: 740,
    unit: 'B',
    what: 'a key with its labels and traces',
    source: 'measured: 2 to 6 hits and 12 to 16 labels, in DuckDB, by `history-scale`; 202 in ClickHouse',
  },
  rememberedKeys: {
    value: 300_000,
    unit: '',
    what: 'keys whose codes the gateway remembers, for DuckDB',
    source: 'measured: server/history/duckdb/entry-codes.ts',
  },
  screenRate: {
    value: 14e6,
    unit: '/s',
    what: 'records a second and core for a screen of at most 24 h in DuckDB: histogram, facets and top groups',
    source: 'measured: 6.4 million whose hours are summed, in 224 ms on 2 cores, by `history-scale`',
  },
  clickScreenRate: {
    value: 3.4e6,
    unit: '/s',
    what: 'the same in ClickHouse',
    source: 'measured: the same, in 929 ms, beside the process that asks',
  },
  hourRate: {
    value: 7.7e6,
    unit: '/s',
    what: 'hours a second and core for a screen of more than 24 h in DuckDB',
    source:
      'measured: seven days of 7 million records, 3.3 million hours, in 211 ms, by npm run bench -- history',
  },
  clickHourRate: {
    value: 415_000,
    unit: '/s',
    what: 'the same in ClickHouse',
    source: 'measured: 0.43 million in 522 ms, by `history-scale`',
  },
  insertRate: {
    value: 470_000,
    unit: '/s',
    what: 'records a second into DuckDB',
    source: 'measured: two clusters at once, by `history-scale`; 628,000 of one, by `history`',
  },
  clickInsertRate: {
    value: 385_000,
    unit: '/s',
    what: 'records a second into one ClickHouse by HTTP',
    source: 'measured: two clusters at once, server and gateway on 2 cores, by `history-scale`',
  },
  insertBytes: {
    value: 90,
    unit: 'B',
    what: 'a record on its way to ClickHouse',
    source: 'measured: 82 and the name of the cluster, server/history/clickhouse/bucket-rows.ts',
  },
  ringBytes: {
    value: 25,
    unit: 'B',
    what: "a record in the gateway's memory of Goldmane's hour",
    source: 'measured: server/upstream/flow-ring.ts',
  },
  goldmaneCpu: {
    value: 125e-6,
    unit: 's',
    what: "processor time of Goldmane's one loop for a record",
    source: 'measured: 5 s in 30 s at 20,017 keys, a real Goldmane',
  },
  gatewayCpu: {
    value: 17e-6,
    unit: 's',
    what: 'processor time of the gateway for a record, recording it included',
    source: 'measured: 15 µs without a history; 1.9 more into DuckDB, 1.2 into ClickHouse',
  },
} as const satisfies Readonly<Record<string, Input>>

const DAY = 86_400
const BUCKET = 15
/** Goldmane's hour, in buckets. */
const HOUR_BUCKETS = 240

/** What the embedded engine keeps unless it is told otherwise, and the volume of deploy/flowtrace-history.yaml. */
export const EMBEDDED = {
  days: 7,
  hourDays: 400,
  maxBytes: 16 * 2 ** 30,
  ringBytes: 256 * 2 ** 20,
  cores: 2,
} as const
/** What ClickHouse keeps, on servers of so many cores; a replica's disk has so much more than its rows. */
export const FLEET = {
  days: 30,
  hourDays: 400,
  cores: 16,
  headroom: 1.4,
  replicas: 2,
  /** A Goldmane holds an hour in memory, so that a large fleet is many clusters. */
  nodesOfCluster: 500,
  /** Seconds that a screen of 24 hours of the largest cluster may take. */
  screenSeconds: 2,
  /** The most that one replica's disk may have. */
  diskBytes: 2e12,
} as const

/** Of what is sent in a day, by the number of keys in every bucket. */
export const rowsPerSecond = (keys: number): number => keys / BUCKET
export const rowsPerDay = (keys: number): number => rowsPerSecond(keys) * DAY

/** Bytes on disk of one copy: of records as they came, of their sums by the hour, and of keys. */
export const recordBytes = (keys: number, days: number, rowBytes: number): number =>
  rowsPerDay(keys) * days * rowBytes
export const hourBytes = (keys: number, days: number): number =>
  (rowsPerDay(keys) / INPUTS.hourRatio.value) * days * INPUTS.hourRowBytes.value
/** Of all that there have been in so many days: they are kept as long as hours name them. */
export const keyBytes = (keys: number, days: number): number =>
  keys * INPUTS.keyPool.value * (1 + INPUTS.newKeys.value * days) * INPUTS.keyBytes.value

/** All three. */
export const storedBytes = (keys: number, days: number, hourDays: number, rowBytes: number): number =>
  recordBytes(keys, days, rowBytes) + hourBytes(keys, hourDays) + keyBytes(keys, hourDays)

/** Seconds of a screen over so many rows, the engine working on all cores alike. */
export const screenSeconds = (rows: number, cores: number, { value }: Input): number => rows / (value * cores)

/** Days of records as they came that fit beside all hours. 0 where the hours alone are more. */
export function daysThatFit(keys: number, bytes: number): number {
  const left = bytes - storedBytes(keys, 0, EMBEDDED.hourDays, 0)
  return Math.max(0, left / (rowsPerDay(keys) * INPUTS.duckRowBytes.value))
}

/** Keys in every bucket at which Goldmane's one loop takes a core: a cluster has no more. */
const MAX_CLUSTER_KEYS = BUCKET / INPUTS.goldmaneCpu.value

/** Servers of ClickHouse for a fleet. */
export function fleetOf(nodes: number, keysOfNode: number) {
  const keys = nodes * keysOfNode
  const copy = storedBytes(keys, FLEET.days, FLEET.hourDays, INPUTS.clickRowBytes.value)
  const clusterKeys = Math.min(Math.min(nodes, FLEET.nodesOfCluster) * keysOfNode, MAX_CLUSTER_KEYS)
  const screenRows = rowsPerDay(clusterKeys)
  const forSpeed = screenSeconds(screenRows, FLEET.cores, INPUTS.clickScreenRate) / FLEET.screenSeconds
  const forSpace = (copy * FLEET.headroom) / FLEET.diskBytes
  const shards = Math.max(1, Math.ceil(Math.max(forSpeed, forSpace)))
  return {
    rowsPerSecond: rowsPerSecond(keys),
    rowsPerDay: rowsPerDay(keys),
    copy,
    disk: (copy * FLEET.headroom) / shards,
    shards,
    insertBytes: rowsPerSecond(keys) * INPUTS.insertBytes.value,
    day: screenSeconds(screenRows, FLEET.cores * shards, INPUTS.clickScreenRate),
    month: screenSeconds(
      (screenRows * 30) / INPUTS.hourRatio.value,
      FLEET.cores * shards,
      INPUTS.clickHourRate,
    ),
  }
}

/** What gives way as a cluster grows: the keys in a bucket at which it does. */
export const LIMITS: readonly { readonly what: string; readonly keys: number; readonly remedy: string }[] = [
  {
    what: 'a screen of 24 h takes a second, embedded, 2 cores',
    keys: (INPUTS.screenRate.value * EMBEDDED.cores * BUCKET) / DAY,
    remedy: 'ask for shorter windows, or for more than 24 h, which reads hours; give it cores',
  },
  {
    what: '7 days, with 400 of hours, do not fit into 16 GB, embedded',
    keys: EMBEDDED.maxBytes / storedBytes(1, EMBEDDED.days, EMBEDDED.hourDays, INPUTS.duckRowBytes.value),
    remedy: 'fewer days are kept, and the screen says how many: `--history-hour-days`, or a larger volume',
  },
  {
    what: 'the gateway does not remember all keys that are alive, embedded',
    keys: INPUTS.rememberedKeys.value / INPUTS.keyPool.value,
    remedy: 'keys are looked up in the file again and again, and buckets wait longer: ClickHouse',
  },
  {
    what: "Goldmane's hour does not fit into the gateway's 256 MB",
    keys: EMBEDDED.ringBytes / (HOUR_BUCKETS * INPUTS.ringBytes.value),
    remedy: '`--memory`, and the limit of the pod with it',
  },
  {
    what: 'a screen of 24 h takes 2 s in ClickHouse, one shard of 16 cores',
    keys: (INPUTS.clickScreenRate.value * FLEET.cores * FLEET.screenSeconds * BUCKET) / DAY,
    remedy: 'a second shard, from the beginning',
  },
  {
    what: "Goldmane's one loop takes a core",
    keys: MAX_CLUSTER_KEYS,
    remedy: 'nothing of ours helps: flows come late, and Goldmane itself is the limit of a cluster',
  },
  {
    what: 'the gateway takes a core',
    keys: BUCKET / INPUTS.gatewayCpu.value,
    remedy: 'a gateway for each cluster',
  },
  {
    what: 'a gateway sends as fast as DuckDB takes it',
    keys: INPUTS.insertRate.value * BUCKET,
    remedy: 'never reached: the gateway gives way before',
  },
  {
    what: 'gateways together send as fast as one ClickHouse takes it',
    keys: INPUTS.clickInsertRate.value * BUCKET,
    remedy: 'more shards',
  },
]
