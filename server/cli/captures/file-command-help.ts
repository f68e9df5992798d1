/** The help of the commands that read and write captures. */
import { REDACTION_HELP } from '../redaction-flags.ts'

const FILTER = `  --filter QUERY        only records that match, in the language of the page's bar;
                        bytes, packets, conns and seen are those of each record, as in
                        the tab Every 15 s; seen counts back from the newest record`

const OUTPUT = `  --to FORMAT           ndjson or protobuf, each also with .gz or .zst, or parquet;
                        otherwise the name of OUT tells: .ndjson, .jsonl, .pb, .binpb,
                        and .gz or .zst behind it, or .parquet; standard output is
                        ndjson. .zst wants Node 22.15 or newer`

const STATUS = `What cannot be read is reported on standard error with its place. The status is 2
when the command line makes no sense, a file cannot be read or written, or there are
no records in what was read.`

export const CONVERT_HELP = `Usage: flowtrace convert IN… OUT [options]

Writes the records of a capture in another format. IN is a capture in any format
that the page opens; - is standard input or output. OUT appears when it is whole.
Several captures are merged by their start, as flowtrace merge does it; one keeps
its order.

${OUTPUT}
${FILTER}
${REDACTION_HELP}

  flowtrace convert whisker.json flows.ndjson.gz
  flowtrace convert node-*.ndjson.gz all.parquet
  flowtrace convert flows.pb - --filter 'action = deny' | jq -c 'select(.flow)'
  flowtrace convert flows.ndjson.zst flows.parquet && duckdb -c "FROM 'flows.parquet'"
  flowtrace convert a.ndjson.gz b.ndjson.gz --redact names --salt-file salt
  kubectl exec … | flowtrace convert - incident.ndjson --filter 'seen < 10m'

${STATUS}
`

export const MERGE_HELP = `Usage: flowtrace merge FILE… OUT [options]

Writes the records of several captures into one, by their start; those of one start
in the order of the files. Records without a time come first. A record that is in two
of the files is written twice. It sorts in a temporary folder, so that captures may be
larger than the memory.

${OUTPUT}
${FILTER}
${REDACTION_HELP}

  flowtrace merge node-*.ndjson.gz all.ndjson.gz
  flowtrace merge before.json after.json - | flowtrace stats -

${STATUS}
`

export const HEAD_HELP = `Usage: flowtrace head FILE… [options]

Prints the first records of a capture as NDJSON, behind a line with its header.
Several captures are merged by the start of their records, and read whole for it.

  -n, --records N       how many; 10 unless given
${FILTER}
${REDACTION_HELP}

  flowtrace head incident.pb -n 1 | jq .flow.Key
  flowtrace head node-*.ndjson.gz -n 100
  flowtrace head incident.ndjson.gz --filter 'action = deny and bytes > 1MB'

${STATUS}
`

export const STATS_HELP = `Usage: flowtrace stats FILE… [options]

Says what a capture holds, or several together: where it comes from, its records,
times, verdicts and namespaces, and what could not be read. Times are UTC.

  --json                as JSON, with all namespaces and reasons
${FILTER}

  flowtrace stats incident.ndjson.gz
  flowtrace stats flows.json --json | jq .namespaces

${STATUS}
`
