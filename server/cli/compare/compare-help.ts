export const COMPARE_HELP = `Usage: flowtrace compare A B [options]
       flowtrace compare FILE… --around TIME [--for LENGTH] [options]
       flowtrace compare FILE… --a FROM..TO --b FROM..TO [options]
       flowtrace compare --history DIR|URL --a FROM..TO --b FROM..TO [options]

Says what changed from A to B: who is newly denied and by which policy, whose verdict
or deciding rule is another, who went quiet, who is new, and whose connections changed
beyond noise.

A and B are captures in any format that the page opens, or folders of them; - is
standard input. FILE@FROM..TO is a part of one. With --around, or with --a and --b, they
are two windows of one source: of FILE…, read as one, or of a history.

  --around TIME         A is the time before, B the time after
  --for LENGTH          how long each is: 30m unless given
  --a, --b FROM..TO     two windows, from the first time up to the second
  --history DIR|URL     what a gateway stored: a folder that no gateway has open, or
                        clickhouse://user@host:8443/db
  --cluster NAME        one of several clusters in it
  --history-password-file FILE
                        the password for the URL; and --history-ca, --history-reader and
                        --history-reader-password-file as in history export --help
  --filter QUERY        only flows that match, as in 'dst.ns = backend and port = 443';
                        bytes, packets and conns are those of each record
  --format FORMAT       text (default), json or markdown
  --fail-on CHANGES     what makes the status 1, with commas between: new-denials (also
                        what was allowed in A), flipped, denials-gone, gone-quiet,
                        new-talkers, more-or-less, any; by default nothing does

A TIME is 2026-11-28T22:00Z, in UTC unless it names a zone; with --history also now-1h.

  flowtrace compare before.ndjson.gz after.ndjson.gz --fail-on new-denials
  flowtrace compare day.parquet --around 2026-11-28T22:00Z --for 1h
  flowtrace compare day.pb@2026-11-28T09:00Z..2026-11-28T10:00Z -
  flowtrace compare --history /var/lib/flowtrace --a now-25h..now-24h --b now-1h..now

docs/compare.md says what is compared, and what counts as noise. What cannot be read is
reported on standard error with its place. The status is 0, or 1 by --fail-on; 2 when
the command line makes no sense, when A or B has no flows, or cannot be read to its end.
`
