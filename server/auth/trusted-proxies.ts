/** Who a client is and how it is connected, as far as a proxy in front may say so. */
import { BlockList, isIP } from 'node:net'
import { canonicalAddress } from '../lib/host-name.ts'
import { headerValues, type HttpRequest } from '../lib/http-message.ts'

/** Proxies that each add themselves to X-Forwarded-For: more than this is no real chain. */
const MAX_FORWARDED_ADDRESSES = 32

/** The addresses of the proxies in front whose X-Forwarded-… headers are believed. */
export class TrustedProxies {
  /** By family: a list of both would find an IPv4 address in `::/0`. */
  readonly #lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  readonly isEmpty: boolean

  /**
   * @param ranges Addresses and CIDR ranges: `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`. Throws {@link TrustedProxiesError}.
   */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.#add(range)
    this.isEmpty = ranges.length === 0
  }

  /** Whether the peer of the request's connection is one of them. */
  sent(request: HttpRequest): boolean {
    return this.#includes(peerAddress(request))
  }

  /**
   * The client's address: the peer, or behind trusted proxies the last address in X-Forwarded-For that is none of them. The
   * text is `unknown` when the connection is gone.
   */
  clientAddress(request: HttpRequest): string {
    let client = peerAddress(request)
    const forwarded = headerValues(request, 'x-forwarded-for').join(',').split(',')
    for (const text of forwarded.slice(-MAX_FORWARDED_ADDRESSES).toReversed()) {
      if (!this.#includes(client)) break
      const address = canonicalAddress(text.trim())
      if (address === null) break
      client = address
    }
    return client
  }

  /** Whether the browser's connection is encrypted: to the gateway itself, or to a trusted proxy that says so. */
  isSecure(request: HttpRequest): boolean {
    if ('encrypted' in request.socket) return true
    if (!this.sent(request)) return false
    const schemes = headerValues(request, 'x-forwarded-proto').join(',').split(',')
    return schemes.length === 1 && schemes[0]?.trim().toLowerCase() === 'https'
  }

  #includes(address: string): boolean {
    if (isIP(address) === 0) return false
    const family = familyOf(address)
    return this.#lists[family].check(address, family)
  }

  #add(range: string): void {
    const [text = '', bits, ...rest] = range.split('/')
    const address = canonicalAddress(text)
    if (address === null || rest.length > 0) throw new TrustedProxiesError(range)
    const family = familyOf(address)
    if (bits === undefined) return this.#lists[family].addAddress(address, family)
    if (
      !/^\d{1,3}$/.test(bits) ||
      Number(bits) > (family === 'ipv4' ? 32 : 128) ||
      text.includes(':') !== (family === 'ipv6')
    )
      throw new TrustedProxiesError(range)
    this.#lists[family].addSubnet(address, Number(bits), family)
  }
}

/** A setting names no address and no range. The message is a sentence. */
export class TrustedProxiesError extends Error {
  override readonly name = 'TrustedProxiesError'
  constructor(range: string) {
    super(`A trusted proxy is an address or a range such as 10.0.0.0/8, not ${JSON.stringify(range)}`)
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}

function peerAddress(request: HttpRequest): string {
  return canonicalAddress(request.socket.remoteAddress ?? '') ?? 'unknown'
}
