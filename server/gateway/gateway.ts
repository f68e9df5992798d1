/** The HTTP server of the page: its files, its configuration, the capture that it shows, and the way to Goldmane. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { answeredHosts, isHostAllowed, isSameOrigin } from './access.ts'
import { end } from '../bridge/answer.ts'
import { createBridge, isBridgedPath, type Bridge } from '../bridge/bridge.ts'
import { serveCapture, type Capture } from './capture-download.ts'
import { GRPC } from '../bridge/grpc-status.ts'
import { readStaticFiles, serveStatic, type StaticFiles } from './static-files.ts'
import { Upstream, type UpstreamOptions } from '../bridge/upstream.ts'

/** What the page reads first, as /config.json. `endpoint` and `url` are relative to that address. */
export interface PageConfig {
  readonly source:
    | { readonly kind: 'live'; readonly name: string; readonly endpoint: string }
    | { readonly kind: 'capture'; readonly name: string; readonly url: string }
}

export interface GatewayOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Like `/flowtrace`: every address is then below it. A proxy that strips it needs nothing here. */
  readonly basePath?: string
  /** Host names, in lower case, that a gateway on the loopback answers to beside the loopback's own. */
  readonly allowedHosts?: readonly string[]
  /** The folder of the built page; null serves none. */
  readonly staticDir: string | null
  /** Null where there is no Goldmane, as with a capture. */
  readonly upstream: UpstreamOptions | null
  readonly config: PageConfig
  readonly capture?: Capture
}

export interface Gateway {
  /** Where the page is, with a trailing slash. */
  readonly url: string
  /** Ends open streams at once. */
  close(): Promise<void>
}

/**
 * Styles may stand in the page: React and the headless components position by style attributes. Scripts and workers
 * come from this origin alone.
 */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

/** Throws the listening socket's error (EADDRINUSE …), or that of reading the page's files. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const files = options.staticDir === null ? new Map() : await readStaticFiles(options.staticDir)
  const upstream = options.upstream === null ? null : new Upstream(options.upstream)
  const handle = createHandler(options, files, upstream)
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
    handle(request, response)
  })
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
  const answered = answeredHosts(options.host, options.allowedHosts ?? [])
  const bridge = upstream === null ? noGoldmane : createBridge(upstream)
  const config = JSON.stringify(options.config)

  return (request, response) => {
    const full = (request.url ?? '/').replace(/[?#].*$/s, '')
    // Probes come with the pod's address as their host, and know nothing of a base path.
    if (full === '/healthz') return sendText(response, 200, 'ok')
    if (full === '/readyz') return void sendReadiness(upstream, response)
    if (!isHostAllowed(request.headers.host, answered)) {
      return sendText(response, 403, 'This host name is not served here; --allow-host NAME allows it.')
    }
    const path = below(basePath, full)
    if (path === null) return sendText(response, 404, 'Not found.')
    if (path === '') {
      response.setHeader('location', `${basePath}/`)
      return sendText(response, 308, 'The page has a slash at its end.')
    }
    if (isBridgedPath(path)) {
      if (isSameOrigin(request)) return bridge(request, response, path)
      return sendText(response, 403, 'Only the page of this origin may read flows.')
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return sendText(response, 405, 'Only GET and HEAD are served here.')
    }
    if (path === '/config.json') return send(response, 200, 'application/json; charset=utf-8', config)
    if (path === '/capture' && capture !== undefined) return void serveCapture(capture, request, response)
    if (!serveStatic(files, path, request, response)) sendText(response, 404, 'Not found.')
  }
}

/** The part of a path below the base; empty for the base itself without its slash, null for what lies elsewhere. */
function below(basePath: string, path: string): string | null {
  if (path === basePath || path.startsWith(`${basePath}/`)) return path.slice(basePath.length)
  return null
}

const noGoldmane: Bridge = (_, response) =>
  end(response, {
    code: GRPC.UNAVAILABLE,
    message: 'This server shows a capture; there is no Goldmane behind it',
  })

/** Ready is not the same as connected: the page is of use, and says what is wrong, while Goldmane is away. */
async function sendReadiness(upstream: Upstream | null, response: ServerResponse): Promise<void> {
  try {
    await upstream?.check()
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
