/** The HTTP server: routes to the page's files, its configuration, the capture and the bridge to Goldmane. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { checkHost, checkOrigin, type AccessRules } from './access.ts'
import { TrustedProxies } from '../auth/trusted-proxies.ts'
import { isLoopback } from '../lib/host-name.ts'
import { endWithStatus } from '../bridge/grpc-web-answer.ts'
import { createBridge, isBridgedPath, type Bridge } from '../bridge/bridge.ts'
import { serveCapture, type ServedCapture } from './capture-download.ts'
import { GRPC } from '../grpc/grpc-status.ts'
import { answerClientErrors, setSecurityHeaders } from './security-headers.ts'
import { readStaticFiles, serveStaticFile, type StaticFiles } from './static-files.ts'
import { Upstream, type UpstreamOptions } from '../upstream/upstream.ts'

/** The content of /config.json, which tells the page its source. `endpoint` and `url` are relative to that address. */
export interface PageConfig {
  readonly source:
    | { readonly kind: 'live'; readonly name: string; readonly endpoint: string }
    | { readonly kind: 'capture'; readonly name: string; readonly url: string }
}

export interface GatewayOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Like `/flowtrace`: the prefix of every path. Not needed behind a proxy that strips the prefix. */
  readonly basePath?: string
  /** See {@link AccessRules}. */
  readonly allowedHosts?: readonly string[]
  /** The folder of the built page; null serves none. */
  readonly staticDir: string | null
  /** Null where there is no Goldmane, as with a capture. */
  readonly upstream: UpstreamOptions | null
  readonly config: PageConfig
  readonly capture?: ServedCapture
}

export interface Gateway {
  /** The page's address, with a trailing slash. */
  readonly url: string
  /** Closes every connection, open streams included. */
  close(): Promise<void>
}

/** Resolves when it listens. Throws the error of the socket (EADDRINUSE …) or of reading the page's files. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const files = options.staticDir === null ? new Map() : await readStaticFiles(options.staticDir)
  const upstream = options.upstream === null ? null : new Upstream(options.upstream)
  const handle = createHandler(options, files, upstream)
  const server = createServer((request, response) => {
    setSecurityHeaders(response)
    handle(request, response)
  })
  answerClientErrors(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    url: `http://${hostInUrl(options.host)}:${port}${options.basePath ?? ''}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
        upstream?.close()
      }),
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

function createHandler(options: GatewayOptions, files: StaticFiles, upstream: Upstream | null): Handler {
  const { basePath = '', capture } = options
  const rules: AccessRules = {
    allowedHosts: options.allowedHosts ?? [],
    allowsAnyHost: !isLoopback(options.host) && (options.allowedHosts ?? []).length === 0,
    proxies: new TrustedProxies([]),
  }
  const bridge = upstream === null ? answerWithoutGoldmane : createBridge(upstream)
  const config = JSON.stringify(options.config)

  return (request, response) => {
    const full = (request.url ?? '/').replace(/[?#].*$/s, '')
    // Kubelet's probes have the pod's address as their Host and no base path, so they come before both checks.
    if (full === '/healthz') return sendText(response, 200, 'ok')
    if (full === '/readyz') return void sendReadiness(upstream, response)
    const refusal = checkHost(request, rules)
    if (refusal !== null) return sendText(response, refusal.status, refusal.say)
    const path = pathBelow(basePath, full)
    if (path === null) return sendText(response, 404, 'Not found.')
    if (path === '') {
      response.setHeader('location', `${basePath}/`)
      return sendText(response, 308, 'The page has a slash at its end.')
    }
    if (isBridgedPath(path)) {
      const foreign = checkOrigin(request, rules)
      return foreign === null
        ? bridge(request, response, path)
        : sendText(response, foreign.status, foreign.say)
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return sendText(response, 405, 'Only GET and HEAD are served here.')
    }
    if (path === '/config.json') return send(response, 200, 'application/json; charset=utf-8', config)
    if (path === '/capture' && capture !== undefined) return void serveCapture(capture, request, response)
    if (!serveStaticFile(files, path, request, response)) sendText(response, 404, 'Not found.')
  }
}

/** The path without the base path; empty for the base path without a slash, null for a path that is not below it. */
function pathBelow(basePath: string, path: string): string | null {
  if (path === basePath || path.startsWith(`${basePath}/`)) return path.slice(basePath.length)
  return null
}

const answerWithoutGoldmane: Bridge = (_, response) =>
  endWithStatus(response, {
    code: GRPC.UNAVAILABLE,
    message: 'This server shows a capture; there is no Goldmane behind it',
  })

/** Answers 200 when the certificates can be read, even while Goldmane is away: the page then says what is wrong. */
async function sendReadiness(upstream: Upstream | null, response: ServerResponse): Promise<void> {
  try {
    await upstream?.checkCredentials()
    sendText(response, 200, 'ready')
  } catch (error) {
    sendText(response, 503, error instanceof Error ? error.message : String(error))
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, 'text/plain; charset=utf-8', `${text}\n`)
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  response.end(body)
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
