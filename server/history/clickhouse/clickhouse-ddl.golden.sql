create database if not exists `flowtrace` on cluster 'main';

create table if not exists `flowtrace`.keys_local on cluster 'main' (
  cluster LowCardinality(String),
  id UInt64,
  grp UInt64,
  sig UInt64,
  conv UInt64,
  action LowCardinality(String),
  pending LowCardinality(String),
  changed LowCardinality(String),
  reporter LowCardinality(String),
  src_ns LowCardinality(String),
  src_name LowCardinality(String),
  src_type LowCardinality(String),
  src_label Array(LowCardinality(String)),
  dst_ns LowCardinality(String),
  dst_name LowCardinality(String),
  dst_type LowCardinality(String),
  dst_label Array(LowCardinality(String)),
  service Array(LowCardinality(String)),
  svc_ns Array(LowCardinality(String)),
  proto LowCardinality(String),
  port Int64,
  policy Array(LowCardinality(String)),
  decided Array(LowCardinality(String)),
  tier Array(LowCardinality(String)),
  kind Array(LowCardinality(String)),
  policy_ns Array(LowCardinality(String)),
  rule Array(Int64),
  trigger Array(LowCardinality(String)),
  folded Array(String),
  body String codec(ZSTD(3)),
  day Date
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/flowtrace/keys_local', '{replica}', day)
order by (cluster, id)
ttl day + interval 460 day
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists `flowtrace`.keys on cluster 'main' as `flowtrace`.keys_local
engine = Distributed('main', 'flowtrace', 'keys_local', sipHash64(cluster, id));

create table if not exists `flowtrace`.flows_local on cluster 'main' (
  cluster LowCardinality(String),
  t DateTime('UTC') codec(DoubleDelta, ZSTD(1)),
  s UInt32 codec(ZSTD(1)),
  k UInt64 codec(ZSTD(1)),
  act UInt8 codec(ZSTD(1)),
  rev UInt16 codec(ZSTD(1)),
  pi Nullable(UInt64) codec(T64, ZSTD(1)),
  po Nullable(UInt64) codec(T64, ZSTD(1)),
  bi Nullable(UInt64) codec(T64, ZSTD(1)),
  bo Nullable(UInt64) codec(T64, ZSTD(1)),
  cs Nullable(UInt64) codec(T64, ZSTD(1)),
  cc Nullable(UInt64) codec(T64, ZSTD(1)),
  cl Nullable(UInt64) codec(T64, ZSTD(1))
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/flowtrace/flows_local', '{replica}')
partition by toYYYYMMDD(t)
order by (cluster, toStartOfHour(t), k, t, rev)
ttl t + interval 31 day
settings fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

create table if not exists `flowtrace`.flows on cluster 'main' as `flowtrace`.flows_local
engine = Distributed('main', 'flowtrace', 'flows_local', sipHash64(cluster, k));

create table if not exists `flowtrace`.flows_1h_local on cluster 'main' (
  cluster LowCardinality(String),
  t DateTime('UTC') codec(ZSTD(1)),
  k UInt64 codec(ZSTD(1)),
  act UInt8 codec(ZSTD(1)),
  rev UInt16 codec(ZSTD(1)),
  n UInt32 codec(T64, ZSTD(1)),
  first UInt32 codec(ZSTD(1)),
  last UInt32 codec(ZSTD(1)),
  pi Nullable(UInt64) codec(T64, ZSTD(1)),
  po Nullable(UInt64) codec(T64, ZSTD(1)),
  bi Nullable(UInt64) codec(T64, ZSTD(1)),
  bo Nullable(UInt64) codec(T64, ZSTD(1)),
  cs Nullable(UInt64) codec(T64, ZSTD(1)),
  cc Nullable(UInt64) codec(T64, ZSTD(1)),
  cl Nullable(UInt64) codec(T64, ZSTD(1))
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/flowtrace/flows_1h_local', '{replica}')
partition by toYYYYMM(t)
order by (cluster, t, k, rev)
ttl t + interval 401 day
settings fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

create table if not exists `flowtrace`.flows_1h on cluster 'main' as `flowtrace`.flows_1h_local
engine = Distributed('main', 'flowtrace', 'flows_1h_local', sipHash64(cluster, k));

create table if not exists `flowtrace`.buckets_local on cluster 'main' (
  cluster LowCardinality(String),
  grain UInt16,
  t DateTime('UTC'),
  rev UInt16,
  ver UInt64,
  digest UInt64,
  s UInt32,
  rows UInt32,
  done UInt8
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/flowtrace/buckets_local', '{replica}')
partition by toYYYYMM(t)
order by (cluster, grain, t, rev, ver, digest, done)
ttl t + interval 30 day delete where grain < 3600, t + interval 400 day delete where grain = 3600
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists `flowtrace`.buckets on cluster 'main' as `flowtrace`.buckets_local
engine = Distributed('main', 'flowtrace', 'buckets_local', rand());

create table if not exists `flowtrace`.gaps_local on cluster 'main' (
  cluster LowCardinality(String),
  since UInt32,
  until UInt32,
  cause String
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/flowtrace/gaps_local', '{replica}')
order by (cluster, since, until, cause)
ttl toDateTime(until) + interval 400 day
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists `flowtrace`.gaps on cluster 'main' as `flowtrace`.gaps_local
engine = Distributed('main', 'flowtrace', 'gaps_local', rand());

create table if not exists `flowtrace`.dropped_local on cluster 'main' (
  grain UInt16,
  before UInt32
)
engine = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/flowtrace/dropped_local', '{replica}')
order by (grain, before)
settings fsync_after_insert = 1, fsync_part_directory = 1;

create table if not exists `flowtrace`.dropped on cluster 'main' as `flowtrace`.dropped_local
engine = Distributed('main', 'flowtrace', 'dropped_local', rand());

-- The roles of who writes (--history clickhouse://WRITER@…) and of who reads (--history-reader READER). The users are yours to make:
--   create user WRITER on cluster 'main' identified by 'PASSWORD'; grant on cluster 'main' `flowtrace_writing` to WRITER;
--   create user READER on cluster 'main' identified by 'PASSWORD'; grant on cluster 'main' `flowtrace_reading` to READER;
-- A single user for both gets the rights below, and neither role: the profile of who reads keeps it from writing.
create role if not exists `flowtrace_writing` on cluster 'main';
grant on cluster 'main' INSERT ON `flowtrace`.* to `flowtrace_writing`;
grant on cluster 'main' SELECT(cluster, id, action, day) ON `flowtrace`.keys to `flowtrace_writing`;
grant on cluster 'main' SELECT(cluster, id, action, day) ON `flowtrace`.keys_local to `flowtrace_writing`;
grant on cluster 'main' SELECT ON `flowtrace`.buckets to `flowtrace_writing`;
grant on cluster 'main' SELECT ON `flowtrace`.buckets_local to `flowtrace_writing`;
grant on cluster 'main' SELECT ON `flowtrace`.gaps to `flowtrace_writing`;
grant on cluster 'main' SELECT ON `flowtrace`.gaps_local to `flowtrace_writing`;
grant on cluster 'main' SELECT ON `flowtrace`.dropped to `flowtrace_writing`;
grant on cluster 'main' SELECT ON `flowtrace`.dropped_local to `flowtrace_writing`;
grant on cluster 'main' SELECT ON system.clusters to `flowtrace_writing`;
grant on cluster 'main' SELECT ON system.tables to `flowtrace_writing`;
create role if not exists `flowtrace_reading` on cluster 'main';
grant on cluster 'main' SELECT ON `flowtrace`.* to `flowtrace_reading`;
grant on cluster 'main' SELECT ON system.parts to `flowtrace_reading`;
grant on cluster 'main' REMOTE ON *.* to `flowtrace_reading`;
grant on cluster 'main' CREATE TEMPORARY TABLE ON *.* to `flowtrace_reading`;
create settings profile if not exists `flowtrace_reading` on cluster 'main' settings readonly = 2, max_execution_time = 30 max 60, max_memory_usage = 4000000000 max 8000000000, max_rows_to_read = 20000000000 max 20000000000 to `flowtrace_reading`;
