/** Reads host names and addresses, as they stand in a Host header, an Origin or a setting. */
import { isIP } from 'node:net'

/**
 * The canonical text of an IP address: IPv6 in its shortest form, IPv4-mapped IPv6 (`::ffff:10.0.0.1`, as a dual-stack
 * socket names its peers) as IPv4. Null for anything else, a zone (`fe80::1%eth0`) included.
 */
export function canonicalAddress(text: string): string | null {
  const family = isIP(text)
  if (family === 4) return text
  if (family !== 6 || text.includes('%')) return null
  const short = new URL(`http://[${text}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short)
  if (mapped === null) return short
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** Whether a host name or an IP address is of the loopback. RFC 6761 reserves `localhost` and all names below it. */
export function isLoopback(host: string): boolean {
  const address = canonicalAddress(host)
  if (address !== null) return address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
  const name = host.toLowerCase().replace(/\.$/, '')
  return name === 'localhost' || (name.endsWith('.localhost') && isDnsName(name))
}

/**
 * The host name in a Host header: in lower case, without port, brackets and the dot of a fully qualified name, an address
 * in its canonical form. Null when it is malformed.
 */
export function hostNameOf(host: string): string | null {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host)
  if (match === null) return null
  const [, bracketed, name = ''] = match
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? canonicalAddress(bracketed) : null
  if (isIP(name) === 4) return name
  const short = name.toLowerCase().replace(/\.$/, '')
  return isDnsName(short) ? short : null
}

/** Whether no label of a name is empty, and the name no longer than DNS allows. */
function isDnsName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => label !== '' && label.length <= 63)
}
