/** The help of the commands about the history. */
import { REDACTION_HELP } from '../redaction-flags.ts'
import { PLACE_HELP } from './place-flags.ts'

const STATUS = `The status is 2 when the command line makes no sense, a file or the history cannot be
read or written, or there are no records.`

export const IMPORT_HELP = `Usage: flowtrace history import FILE… --history DIR [options]

Puts the records of captures into a history. FILE is a capture in any format that the
page opens, - is standard input. Records that begin in the same 15 s are a bucket: those
of one key and its labels are summed, and all are as long as the longest one, rounded up
to 15 s. A bucket that the history has is not touched unless this one has more records;
what a gateway recorded itself is never replaced. A second import of the same files
changes nothing. Give all files of one time to one import: a record that is in two of
them counts twice. Records older than the history keeps are removed by the gateway, and
not taken by ClickHouse, which removes them itself.

${PLACE_HELP}
  --cluster NAME        what they are stored as; the cluster that the captures name
                        unless given
  --filter QUERY        only records that match, in the language of the page's bar;
                        bytes, packets, conns and seen are those of each record

  flowtrace history import last-week/*.ndjson.gz --history /var/lib/flowtrace
  kubectl exec … | flowtrace history import - --history DIR --cluster prod

What cannot be read or stored is counted on standard error.
${STATUS}
`

export const EXPORT_HELP = `Usage: flowtrace history export OUT --history DIR [options]

Writes the records of a history as a capture; - is standard output. Its header names the
cluster, the time and the gaps. OUT appears when it is whole.

${PLACE_HELP}
  --cluster NAME        which one, of several
  --from, --to TIME     2026-11-28T22:00Z, now-1h, or Unix seconds; all unless given
  --filter QUERY        only records that match; bytes, packets, conns and seen are
                        those of each record, and seen counts back from --to
  --hourly              sums by the hour, which are kept for longer
  --format FORMAT       ndjson or protobuf, each also with .gz or .zst, or parquet;
                        otherwise the name of OUT tells
${REDACTION_HELP}

  flowtrace history export night.parquet --history DIR --from now-24h --to now-12h
  flowtrace history export - --history DIR --filter 'action = deny' | jq .flow.Key

What was written is said on standard error. So is a part that cannot be read, as on a
machine that is down; the status is 2 then.
${STATUS}
`

export const HITS_HELP = `Usage: flowtrace history hits --policies DIR --history DIR [options]
       flowtrace history hits --policies DIR ANSWER

Says which rules of policies were hit, when last, and which were not: in what a history
has of a month, or of --from and --to. What was not recorded says nothing: so it says
which hours have records, and the gaps. Of staged policies pending traces tell. A rule is
known by its number and its action: where a policy was changed, earlier hits may be of
another rule.

  --policies DIR        a file or a folder of manifests; several times
${PLACE_HELP}
  --cluster NAME        which one, of several
  --from, --to TIME     2026-11-28T22:00Z, now-7d, or Unix seconds; the 30 days to now
                        unless given
  --filter QUERY        only hits of flows that match, as in 'dst.ns = backend'
  --format FORMAT       text (default) or json
  --fail-on not-hit     end with status 1 when a rule was not hit

ANSWER is what a gateway answered to history/hits, - is standard input: for a folder that
a gateway has open. Its times are Unix seconds.

  flowtrace history hits --policies policies/ --history DIR --from now-90d
  curl -s "$GATEWAY/history/hits?from=1793411000&to=1796003000" |
    flowtrace history hits --policies policies/ -

${STATUS}
`

export const DDL_HELP = `Usage: flowtrace history ddl [options]

Prints the statements that make the tables of a history in ClickHouse, and the roles of
users who write or read it, with the limits of those who read: for somebody who may run
them, where Flowtrace may not. The roles, at the end, take the right to manage access.

  --database NAME       flowtrace unless given
  --cluster NAME        the tables are on all shards of this cluster of ClickHouse's
                        configuration
  --replicated          the tables of each shard have replicas, by ClickHouse Keeper and
                        the macros shard and replica
  --days N              records are deleted after so many days: 30 unless given
  --hour-days N         the hourly roll-up is: 400 unless given

  flowtrace history ddl --cluster main --replicated | clickhouse-client --multiquery
`

export const HISTORY_HELP = `Usage: flowtrace history import FILE… --history DIR [options]
       flowtrace history export OUT --history DIR [options]
       flowtrace history hits --policies DIR --history DIR [options]
       flowtrace history ddl [options]

import puts captures into a history, export writes captures from it, hits says which
rules of policies were not hit for a month, and ddl prints the tables that a history in
ClickHouse has: history import --help, and so on.
`
