/** For tests: the wrappers that log systems put around the text of a record, each as the whole of a file. */

const lokiAnswer = (lines: readonly string[]): object => ({
  status: 'success',
  data: {
    resultType: 'streams',
    result: [
      {
        stream: { app: 'goldmane' },
        values: lines.map((text, i) => [`${1_793_613_600_000_000_000n + BigInt(i)}`, text]),
      },
    ],
    stats: { summary: { totalLinesProcessed: lines.length } },
  },
})

const otlpExport = (bodies: readonly object[]): object => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'calico' } }] },
      scopeLogs: [
        { scope: {}, logRecords: bodies.map((body) => ({ timeUnixNano: '1793613600000000000', body })) },
      ],
    },
  ],
})

const harOf = (texts: readonly string[], more: object = {}): object => ({
  log: {
    version: '1.2',
    creator: { name: 'a browser', version: '1' },
    entries: texts.map((text) => ({
      request: { method: 'GET', url: 'http://localhost/flows' },
      response: { status: 200, content: { size: text.length, mimeType: 'application/json', text, ...more } },
    })),
  },
})

/** The AnyValue of a JSON value. */
function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return { intValue: String(value) }
  if (typeof value === 'boolean') return { boolValue: value }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } }
  if (typeof value !== 'object' || value === null) return {}
  const values = Object.entries(value).map(([key, member]) => ({ key, value: anyValue(member) }))
  return { kvlistValue: { values } }
}

const json = (value: unknown): string => JSON.stringify(value)
const eachLine = (wrap: (text: string) => string) => (texts: readonly string[]) => texts.map(wrap).join('\n')
const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** Wrappers of log lines, by name: each gives the text of a file that holds the lines. */
export const WRAPPERS: Readonly<Record<string, (lines: readonly string[]) => string>> = {
  'a Loki answer': (lines) => json(lokiAnswer(lines)),
  'a pretty Loki answer': (lines) => JSON.stringify(lokiAnswer(lines), null, 2),
  'lines of logcli': eachLine((line) =>
    json({ labels: { app: 'a' }, line, timestamp: '2026-11-02T10:00:15Z' }),
  ),
  'a download from Grafana': (lines) =>
    json(lines.map((line) => ({ line, timestamp: '1793613600000000000' }))),
  'text bodies of OTLP': (lines) => json(otlpExport(lines.map((line) => ({ stringValue: line })))),
  'key-value bodies of OTLP': (lines) => json(otlpExport(lines.map((line) => anyValue(JSON.parse(line))))),
  'a HAR': (lines) => json(harOf(lines)),
  'a HAR with base64': (lines) => json(harOf(lines.map(base64), { encoding: 'base64' })),
  'a HAR of a stream': (lines) =>
    JSON.stringify(harOf([lines.map((line) => `data: ${line}\n\n`).join('')]), null, 2),
  '{"log":"…"}': eachLine((line) =>
    json({ log: `${line}\n`, stream: 'stdout', time: '2026-11-02T10:00:15Z' }),
  ),
  '{"log":{…}}': eachLine((line) => `{"log":${line},"kubernetes":{"pod_name":"goldmane-0"}}`),
  '{"line":"…"}': eachLine((line) => json({ line })),
  '{"message":"…"}': eachLine((line) => json({ level: 'info', message: line })),
  'Splunk HEC events': eachLine((line) => `{"time":1793613600,"host":"n1","event":${line}}`),
  'Splunk search results': eachLine((line) => json({ preview: false, offset: 0, result: { _raw: line } })),
  'journalctl -o json': eachLine((line) => json({ MESSAGE: line, PRIORITY: '6', _PID: '1' })),
  'journalctl -o json with bytes': eachLine((line) => json({ MESSAGE: [...Buffer.from(line)] })),
  'CRI lines': eachLine((line) => `2026-11-02T10:00:15.123456789Z stdout F ${line}`),
  'syslog RFC 5424': eachLine(
    (line) => `<14>1 2026-11-02T10:00:15Z n1 tigera_secure - - [a@1 b="c"] ${line}`,
  ),
  'syslog RFC 3164': eachLine((line) => `<30>Nov  2 10:00:15 n1 goldmane[12]: ${line}`),
  'lines of the journal': eachLine((line) => `Nov 02 10:00:15 n1 goldmane[12]: ${line}`),
  'fluentd files': eachLine((line) => `2026-11-02T10:00:15+00:00\tflows.log\t${line}`),
  'default lines of logcli': eachLine((line) => `2026-11-02T10:00:15Z {app="goldmane"} ${line}`),
}
