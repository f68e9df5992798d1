import { onTestFinished } from 'vitest'
import { startGateway, type GatewayOptions } from '../gateway/gateway.ts'
import type { UpstreamOptions } from '../upstream/upstream.ts'

/** Starts a gateway on a free port, closed when the test ends. Returns its address, with a trailing slash. */
export async function startTestGateway(
  upstream: UpstreamOptions | null,
  options: Partial<GatewayOptions> = {},
): Promise<string> {
  const gateway = await startGateway({
    host: '127.0.0.1',
    port: 0,
    staticDir: null,
    upstream,
    config: { source: { kind: 'live', name: 'test', endpoint: './' } },
    ...options,
  })
  onTestFinished(() => gateway.close())
  return gateway.url
}
