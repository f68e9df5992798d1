/**
 * The text that `calico-node -flows=N` prints (projectcalico/calico, node/pkg/flowlogs/flowlogs.go, `flowToString`): seven
 * lines a flow, of which those below `Enforced:` and `Pending:` hold all hits of a trace in one line and are empty without.
 */
import { ACTIONS, type EndpointType, type Flow, isUnknown, REPORTERS } from '../../flows/flow.ts'
import { hitsOf } from './hits.ts'
import { countOf, enumOf, FieldError, portOf } from './json-fields.ts'
import { timeOf } from './json-time.ts'
import { prototextList } from './prototext.ts'

/** Whether a line, without its indentation, is the first of a flow. */
export function beginsNodeText(line: string): boolean {
  return line.startsWith('- Time=')
}

/** Whether a line, without its indentation, continues a flow. */
export function continuesNodeText(line: string): boolean {
  return /^(?:Src=|Counts=|Enforced:|Pending:|- kind:|- [a-z]\w*\s*:)/.test(line)
}

/** Whether a line with which a file ends was cut off in the middle of one that continues a flow. */
export function isCutNodeText(line: string): boolean {
  return (
    /^- ?[a-z]*$/.test(line) ||
    ['Src=', 'Counts=', 'Enforced:', 'Pending:'].some((begin) => begin.startsWith(line))
  )
}

const HEAD =
  /^- Time=(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)? ([+-]\d{4})(?: \S+)? Reporter=(\S+) Action=(\S+)$/u
const ENDS =
  /^Src=\{(\w+)\(([^/]*)\/(.*?)\)\} Dst=\{(\w+)\(([^/]*)\/(.*?)\) Svc:([^/]*)\/(.*?)\} Proto=\{(.*?)\((\d+)\) Svc:(.*)\/(\d+)\}$/u
const COUNTS =
  /^Counts=\{Ingress: ?(\d+)Pkts\/(\d+)Bytes Egress: ?(\d+)Pkts\/(\d+)Bytes\} Connections=\{Started:(\d+) Completed:(\d+) Live:(\d+)\}$/u

const TYPES: ReadonlyMap<string | undefined, EndpointType> = new Map([
  ['wep', 'WorkloadEndpoint'],
  ['hep', 'HostEndpoint'],
  ['ns', 'NetworkSet'],
  ['net', 'Network'],
  ['unknown', 'EndpointTypeUnspecified'],
])

function typeOf(text: string | undefined, field: string): EndpointType {
  const type = TYPES.get(text)
  if (type === undefined) throw new FieldError(field, text, 'wep, hep, ns, net or unknown')
  return type
}

/** The parts of a line by its pattern. Throws a FieldError that names the line. */
function partsOf(line: string | undefined, pattern: RegExp, name: string): readonly string[] {
  const match = pattern.exec(line ?? '')
  if (match === null) throw new FieldError(name, line, `a ${name} line of calico-node -flows`)
  return match.slice(1)
}

/** The index of a heading, behind `from`. Throws a FieldError where the text was cut off before it. */
function headingIn(lines: readonly string[], heading: 'Enforced' | 'Pending', from: number): number {
  const index = lines.indexOf(`${heading}:`, from)
  if (index < 0) throw new FieldError(heading, undefined, 'a list of policies')
  return index
}

function policiesOf(lines: readonly string[]): Flow['key']['policies'] {
  const enforced = headingIn(lines, 'Enforced', 3)
  const pending = headingIn(lines, 'Pending', enforced)
  const hits = (from: number, to: number, field: string) => {
    const found = hitsOf(prototextList(lines.slice(from + 1, to).join(' '), field), field)
    // calico-node writes a value that it does not know as a number. A word that nobody knows was cut off.
    const odd = found
      .flatMap(({ kind, action }) => [kind, action])
      .find((word) => isUnknown(word) && !/\d/.test(word))
    if (odd !== undefined) throw new FieldError(field, odd, 'a policy hit of calico-node')
    return found
  }
  return { enforced: hits(enforced, pending, 'Enforced'), pending: hits(pending, lines.length, 'Pending') }
}

/** The flow of a text of several lines. Its end is not in it; its labels are not either. Throws a FieldError. */
export function nodeTextFlow(text: string): Flow {
  const lines = text.split('\n').map((line) => line.trim())
  const [clock, zone, reporter, action] = partsOf(lines[0], HEAD, 'Time')
  const [from, sourceNamespace, sourceName, to, destNamespace, destName, ...service] = partsOf(
    lines[1],
    ENDS,
    'Src',
  )
  const [destServiceNamespace, destServiceName, proto, destPort, destServicePortName, destServicePort] =
    service
  const counts = partsOf(lines[2], COUNTS, 'Counts').map(Number)
  const count = (index: number, field: string) => countOf(counts[index], field)
  const startTime = timeOf(`${clock}${zone}`, 'Time')
  return {
    key: {
      sourceName: sourceName ?? '',
      sourceNamespace: sourceNamespace ?? '',
      sourceType: typeOf(from, 'Src'),
      destName: destName ?? '',
      destNamespace: destNamespace ?? '',
      destType: typeOf(to, 'Dst'),
      destPort: portOf(Number(destPort), 'Proto'),
      destServiceName: destServiceName ?? '',
      destServiceNamespace: destServiceNamespace ?? '',
      destServicePortName: destServicePortName ?? '',
      destServicePort: portOf(Number(destServicePort), 'Svc'),
      proto: proto ?? '',
      reporter: enumOf(REPORTERS, reporter, 'Reporter'),
      action: enumOf(ACTIONS, action, 'Action'),
      policies: policiesOf(lines),
    },
    sourceLabels: [],
    destLabels: [],
    startTime,
    // Only the start is printed. A flow that began then was there then at least.
    endTime: startTime,
    packetsIn: count(0, 'Counts'),
    bytesIn: count(1, 'Counts'),
    packetsOut: count(2, 'Counts'),
    bytesOut: count(3, 'Counts'),
    numConnectionsStarted: count(4, 'Connections'),
    numConnectionsCompleted: count(5, 'Connections'),
    numConnectionsLive: count(6, 'Connections'),
  }
}
