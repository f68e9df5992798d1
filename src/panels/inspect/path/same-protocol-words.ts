import { displayPort } from '../../../flows/spelling.ts'
import { formatPlural } from '../../../lib/format.ts'

/**
 * Several ports in few words: `24 tcp ports, icmp`, a lone port by itself: `tcp 443, udp 53`. `unlisted` are further
 * ones of which not even the protocol is known here.
 */
export function sameProtocolWords(
  ports: readonly { readonly proto: string; readonly port: number }[],
  unlisted = 0,
): string {
  const byProtocol = new Map<string, string[]>()
  for (const { proto, port } of ports)
    byProtocol.set(proto, [...(byProtocol.get(proto) ?? []), displayPort({ proto, destPort: port })])
  const words = Array.from(byProtocol, ([proto, shown]) =>
    shown.length === 1
      ? (shown[0] ?? '')
      : formatPlural(shown.length, `${displayPort({ proto, destPort: 0 })} port`),
  )
  return [...words, ...(unlisted === 0 ? [] : [`${unlisted} more`])].join(', ')
}
