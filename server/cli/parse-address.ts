import type { ListenAddress } from '../gateway/gateway.ts'

/** Splits HOST:PORT, of whose form the setting's schema has made sure. */
export function parseAddress(text: string | null): ListenAddress | null {
  const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(text ?? '') ?? []
  return host === undefined ? null : { host, port: Number(port) }
}
