/** The samples for Envoy and nginx. nginx was run once with its sample; Envoy's is checked by what Envoy's documents ask for. */
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isBridgedPath } from '../server/bridge/bridge.ts'
import { SETTING_NAMES } from '../server/config/settings.ts'
import { at, readDeployFile } from './testing/manifests.ts'

interface Route {
  readonly match: { readonly path?: string; readonly prefix?: string }
  readonly route?: { readonly cluster: string; readonly timeout?: string }
  readonly direct_response?: { readonly status: number }
}

describe('Envoy', () => {
  const config: unknown = parse(readDeployFile('envoy/envoy.yaml'))
  const manager = at(config, 'static_resources.listeners.0.filter_chains.0.filters.0.typed_config')
  const routes = at(manager, 'route_config.virtual_hosts.0.routes') as readonly Route[]
  const clusters = at(config, 'static_resources.clusters') as readonly { readonly name: string }[]
  const goldmane = clusters.find(({ name }) => name === 'goldmane')
  const toGoldmane = routes.filter(({ route }) => route?.cluster === 'goldmane')

  test('passes the four methods to Goldmane by exact path, those that the gateway passes', () => {
    const paths = toGoldmane.map(({ match }) => match.path ?? '')
    expect(paths).toEqual([
      '/goldmane.Flows/Stream',
      '/goldmane.Flows/List',
      '/goldmane.Flows/FilterHints',
      '/goldmane.Statistics/List',
    ])
    expect(paths.filter((path) => !isBridgedPath(path))).toEqual([])
  })

  test('refuses every other service of Goldmane, before the page', () => {
    const [refusal, page] = routes.slice(toGoldmane.length)
    expect(refusal).toEqual({ match: { prefix: '/goldmane.' }, direct_response: { status: 404 } })
    expect(page).toEqual({ match: { prefix: '/' }, route: { cluster: 'page' } })
  })

  test('cuts no stream', () => {
    expect(toGoldmane.find(({ match }) => match.path === '/goldmane.Flows/Stream')?.route?.timeout).toBe('0s')
    expect(at(manager, 'stream_idle_timeout')).toBe('0s')
  })

  test('translates gRPC-web, and routes last', () => {
    const filters = at(manager, 'http_filters') as readonly { readonly name: string }[]
    expect(filters.map(({ name }) => name)).toEqual([
      'envoy.filters.http.grpc_web',
      'envoy.filters.http.router',
    ])
  })

  test('speaks HTTP/2 with mutual TLS, and knows Goldmane by its name', () => {
    const tls = at(goldmane, 'transport_socket.typed_config')
    const context = at(tls, 'common_tls_context')
    const [host] = at(goldmane, 'load_assignment.endpoints.0.lb_endpoints') as readonly unknown[]
    const address = at(host, 'endpoint.address.socket_address')
    expect(address).toEqual({ address: 'goldmane.calico-system.svc', port_value: 7443 })
    expect(at(tls, 'sni')).toBe('goldmane.calico-system.svc')
    expect(at(context, 'validation_context.match_typed_subject_alt_names')).toEqual([
      { san_type: 'DNS', matcher: { exact: 'goldmane.calico-system.svc' } },
    ])
    expect(at(context, 'tls_certificates.0.private_key.filename')).toBe(
      '/etc/flowtrace/goldmane-client/tls.key',
    )
    expect(at(goldmane, 'circuit_breakers.thresholds.0.max_requests')).toBeLessThan(100)
    expect(JSON.stringify(goldmane)).toContain('"explicit_http_config":{"http2_protocol_options":{}}')
  })

  test('listens on the loopback alone, with its administration too, and answers to names of it', () => {
    const addresses = [at(config, 'admin.address'), at(config, 'static_resources.listeners.0.address')]
    expect(addresses.map((address) => at(address, 'socket_address.address'))).toEqual([
      '127.0.0.1',
      '127.0.0.1',
    ])
    expect(at(manager, 'route_config.virtual_hosts.0.domains')).not.toContain('*')
  })
})

describe('nginx', () => {
  const config = readDeployFile('nginx/flowtrace.conf')

  test('passes flows on as they come', () => {
    expect(config).toMatch(/^\s+proxy_buffering off;$/m)
    expect(config).toMatch(/^\s+proxy_read_timeout 1h;$/m)
  })

  test('lets no browser say who it is, nor from where', () => {
    for (const header of ['User', 'Email', 'Groups'])
      expect(config).toContain(`proxy_set_header X-Forwarded-${header} "";`)
    expect(config).toContain('proxy_set_header X-Forwarded-For $remote_addr;')
    expect(config).not.toContain('$proxy_add_x_forwarded_for')
  })

  test('keeps the path and the host, which the gateway is told of', () => {
    expect(config).toContain('location /flowtrace/ {')
    // Without a path behind the address, nginx passes the path on as it is.
    expect(config).toContain('proxy_pass http://flowtrace;')
    expect(config).toContain('proxy_set_header Host $http_host;')
    const flags = [...config.matchAll(/ --([a-z-]+) /g)].map(([, flag]) => flag ?? '')
    expect(flags).toEqual(['base-path', 'allow-host', 'trusted-proxy', 'auth'])
    expect(flags.filter((flag) => !SETTING_NAMES.some((name) => name === flag))).toEqual([])
  })
})
