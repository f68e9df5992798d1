/** The ports of a row in few words: `tcp 80, 443 +23, icmp`. */
import { displayPort, recordedPort } from '../../../flows/spelling.ts'
import type { PortUse } from '../../../state/client/rows.ts'

/** The parts of the text; `more` is set apart by colour. */
export interface PortWords {
  readonly head: string
  readonly more: string
  readonly tail: string
}

type Port = Pick<PortUse, 'proto' | 'port'>

/** Of the first protocol so many ports are named, where there is room. */
const NAMED_PORTS = 2

function nameOf({ proto, port }: Port): string {
  return displayPort({ proto, destPort: port })
}

/** The ports by their protocol, in the order in which each protocol comes first. */
function byProtocol(ports: readonly Port[]): readonly (readonly Port[])[] {
  const groups = new Map<string, Port[]>()
  for (const port of ports) {
    const group = groups.get(port.proto)
    if (group === undefined) groups.set(port.proto, [port])
    else group.push(port)
  }
  return [...groups.values()]
}

function headOf(ports: readonly Port[], named: number): string {
  const [first, ...others] = ports.slice(0, named)
  if (first === undefined) return ''
  const rest = others.map(({ proto, port }) => recordedPort({ proto, destPort: port }) ?? 'no port')
  return [nameOf(first), ...rest].join(', ')
}

function moreOf(hidden: number): string {
  return hidden === 0 ? '' : ` +${hidden}`
}

function wordsWith(
  protocols: readonly (readonly Port[])[],
  total: number,
  named: number,
  tails: number,
): PortWords {
  const [first = [], ...others] = protocols
  const shown = others.slice(0, tails)
  const inTail = shown.reduce((sum, ports) => sum + ports.length, 0)
  const tail = shown.map((ports) => `, ${headOf(ports, 1)}${moreOf(ports.length - 1)}`).join('')
  const hidden = total - inTail - Math.min(named, first.length)
  return { head: headOf(first, named), more: moreOf(Math.max(0, hidden)), tail }
}

/**
 * The ports in words that `fits` says yes to, named in the order given, `total` in all; with as few of them as
 * possible where nothing fits. Ports that are not named are counted.
 */
export function portWords(ports: readonly Port[], total: number, fits: (text: string) => boolean): PortWords {
  const protocols = byProtocol(ports)
  for (let tails = protocols.length - 1; tails >= 0; tails--)
    for (let named = NAMED_PORTS; named >= 1; named--) {
      const words = wordsWith(protocols, total, named, tails)
      if (fits(words.head + words.more + words.tail)) return words
    }
  return wordsWith(protocols, total, 1, 0)
}
