/**
 * Lines that the kernel writes for the Log action of Calico's policies (netfilter's LOG target, net/netfilter/nf_log_syslog.c).
 * They name addresses only, and say nothing of a policy or a verdict: a rule with the Log action lets the packet go on to
 * the next rule.
 */
import { UNRECORDED } from '../../flows/counters.ts'
import type { Flow } from '../../flows/flow.ts'
import { storedProtocol } from '../../flows/spelling.ts'
import { FieldError, portOf, recordedCountOf } from './json-fields.ts'
import { timeOf } from './json-time.ts'
import { NO_SERVICE } from './not-recorded.ts'

/** The longest text before the fields in which Calico's prefix is looked for: a header of syslog and the prefix. */
export const MAX_PREFIX_CHARACTERS = 300

/**
 * Whether a line is Calico's: what the LOG target writes, right behind a prefix with `calico` in it, as the default
 * `calico-packet` has. A host called calico does not count. The prefix is configurable (`logPrefix` in FelixConfiguration),
 * and another one cannot be told from other firewalls' lines.
 */
export function isKernelLine(line: string): boolean {
  const fields = line.indexOf('IN=')
  if (fields < 0 || fields > MAX_PREFIX_CHARACTERS || !line.includes(' SRC=', fields)) return false
  return /calico/i.test(prefixOf(line.slice(0, fields)))
}

/** The LOG target's own prefix: what stands behind the header of syslog, up to `kernel:`. */
function prefixOf(head: string): string {
  const kernel = head.lastIndexOf('kernel:')
  return kernel < 0 ? head : head.slice(kernel)
}

/** A time with its year and its zone, as rsyslog, container runtimes and `journalctl -o short-iso` write it. */
const FULL_TIME = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)/

/**
 * A kernel line behind the time that its wrapper has; the text as it is where it is no such line, where it has a full time
 * of its own, or where that of the wrapper is none. The kernel's message inside a record of journald has no time at all.
 */
export function withTimeOfWrapper(text: string, time: string | undefined): string {
  if (time === undefined || !FULL_TIME.test(time) || !isKernelLine(text)) return text
  return FULL_TIME.test(text.slice(0, text.indexOf('IN='))) ? text : `${time} ${text}`
}

/** The protocols that the LOG target writes by name, with Calico's names or numbers for them. */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['UDPLITE', '136'],
  ['SCTP', 'sctp'],
  ['ICMP', 'icmp'],
  ['ICMPv6', 'icmp6'],
  ['AH', '51'],
  ['ESP', 'esp'],
])

/** Throws a FieldError for a name that the LOG target does not write, as one that was cut off. */
function protocolOf(fields: ReadonlyMap<string, string>): string {
  const text = fields.get('PROTO')
  const proto = PROTOCOLS.get(text ?? '')
  if (proto !== undefined) return proto
  if (text !== undefined && /^\d{1,3}$/.test(text)) return storedProtocol(text)
  throw new FieldError('PROTO', text, 'a protocol')
}

/** `NAME=value` by name, the first of each: a UDP header's LEN follows the packet's. Values of one line only. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  // The packet that an ICMP error is about follows in brackets, with fields of the same names.
  const [own = ''] = text.split('[', 1)
  for (const [, name = '', value = ''] of own.matchAll(/(?:^| )([A-Z]+)=(\S*)/g)) {
    if (!fields.has(name)) fields.set(name, value)
  }
  return fields
}

function addressOf(fields: ReadonlyMap<string, string>, name: string): string {
  const address = fields.get(name)
  if (address !== undefined && /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/i.test(address))
    return address
  throw new FieldError(name, address, 'an IP address')
}

/**
 * The flow of a line, of one packet. Without a full time it has none: a line of syslog has no year and no zone, and when
 * the file was written is not known. Throws a FieldError, as for a line that was cut off.
 */
export function kernelFlow(line: string): Flow {
  const begin = line.indexOf('IN=')
  const fields = fieldsOf(line.slice(begin))
  const time = timeOf(FULL_TIME.exec(line.slice(0, begin))?.[0], 'time')
  return {
    key: {
      sourceName: addressOf(fields, 'SRC'),
      sourceNamespace: '-',
      sourceType: 'EndpointTypeUnspecified',
      destName: addressOf(fields, 'DST'),
      destNamespace: '-',
      destType: 'EndpointTypeUnspecified',
      destPort: portOf(fields.get('DPT'), 'DPT'),
      ...NO_SERVICE,
      proto: protocolOf(fields),
      reporter: 'ReporterUnspecified',
      action: 'ActionUnspecified',
      policies: { enforced: [], pending: [] },
    },
    sourceLabels: [],
    destLabels: [],
    startTime: time,
    endTime: time,
    ...UNRECORDED,
    // The packet left the source; that it entered the destination nobody recorded.
    packetsOut: 1,
    bytesOut: recordedCountOf(fields.get('LEN'), 'LEN'),
  }
}
