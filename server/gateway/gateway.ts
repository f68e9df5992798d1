/** Starts the gateway: the clusters, who gets in, the routes, and the servers that listen. */
import type { DemoPolicies } from '../../src/demo/step-history.ts'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import type { AuthOptions } from '../auth/auth-options.ts'
import type { IncomingMessage } from 'node:http'
import { createAuthenticator, type Authenticator } from '../auth/authenticator.ts'
import { DEFAULT_RING_BYTES } from '../bridge/served-cluster.ts'
import { StreamPlaces, type StreamLimits } from '../bridge/stream-places.ts'
import { silentLog, type Log } from '../lib/log.ts'
import { createMetrics, type GatewayMetrics } from '../metrics/gateway-metrics.ts'
import { openPolicies } from '../policies/open-policies.ts'
import type { PolicyAnswers } from '../policies/policy-answers.ts'
import type { PolicyOptions } from '../policies/policy-source.ts'
import type { UpstreamOptions } from '../upstream/upstream.ts'
import { CaptureDownload, type ServedCapture } from './capture-download.ts'
import { openClusterService, type ClusterService, type GatewayCluster } from './cluster-service.ts'
import { type OpenRecording, openRecording, type RecordingOptions } from './open-recording.ts'
import { DemoRoute } from './demo-route.ts'
import { type RunningReceiver, startReceiver } from './flow-receiver.ts'
import type { CompressStreams } from '../http/compress-stream.ts'
import { DEFAULT_LIMITS, startHttpServer, type HttpServer, type ServerLimits } from '../http/http-server.ts'
import { sendText } from '../http/plain-answer.ts'
import { answerProbe, type ProbeSources } from './probes.ts'
import { Readiness } from './readiness.ts'
import type { PageConfig } from './page-config.ts'
import { createRoutes } from './routes.ts'
import { setSecurityHeaders } from '../http/security-headers.ts'
import { openServingTls, type ServingTls, type ServingTlsOptions } from '../http/serving-tls.ts'
import { readStaticFiles } from './static-files.ts'

export interface ListenAddress {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
}

export interface GatewayOptions extends ListenAddress {
  /** Like `/flowtrace`: the prefix of every path. Not needed behind a proxy that strips the prefix. */
  readonly basePath?: string
  /** See {@link AccessRules}. */
  readonly allowedHosts?: readonly string[]
  readonly allowsAnyHost?: boolean
  /** The folder of the built page; null serves none. */
  readonly staticDir: string | null
  /** A single Goldmane, or null where there is none, as with a capture; `clusters` goes before it. */
  readonly upstream?: UpstreamOptions | null
  readonly clusters?: readonly GatewayCluster[]
  readonly config: PageConfig
  readonly capture?: ServedCapture | undefined
  /** Of a demo, whose policies the page may choose. */
  readonly demo?: DemoPolicies | undefined
  /** How the clusters that have a history are recorded; they are not unless given. Its store is closed by its owner. */
  readonly recording?: RecordingOptions | null
  /** Those of the capture; a cluster has its own. */
  readonly policies?: PolicyOptions | null
  readonly auth?: AuthOptions
  readonly trustedProxies?: readonly string[]
  readonly tls?: ServingTlsOptions | null
  readonly compressStreams?: CompressStreams
  readonly limits?: ServerLimits
  readonly streamLimits?: StreamLimits
  /** Bounded calls in flight to each Goldmane. */
  readonly unaryCalls?: number
  /** Whether /metrics is on the same port, and where else it is; nowhere unless given. */
  readonly metrics?: { readonly onSamePort: boolean; readonly listen: ListenAddress | null }
  /** Milliseconds for open calls to end; 8 s unless given, because Kubernetes and Docker kill after 30 s and 10 s. */
  readonly graceMs?: number
  /** For the metrics. */
  readonly version?: string
  readonly log?: Log
  readonly clock?: Clock
}

export interface Gateway {
  /** The page's address, with a trailing slash. */
  readonly url: string
  /** The address of /metrics, with a trailing slash, when it has a port of its own. */
  readonly metricsUrl: string | null
  /** On which Goldmane's emitter may post. */
  readonly receiverPort: number | null
  /** Ends open calls with a status, and resolves when every connection is closed. */
  close(): Promise<void>
}

const DEFAULT_GRACE_MS = 8000
const DEFAULT_CLUSTER_NAME = 'goldmane'

/** Resolves when it listens. Throws the error of the socket (EADDRINUSE …), of the page's files, of certificates or tokens. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { log = silentLog, clock = systemClock, basePath = '', trustedProxies = [], tls = null } = options
  const files = options.staticDir === null ? new Map() : await readStaticFiles(options.staticDir)
  const access = { log, clock, basePath, trustedProxies }
  const authenticator = createAuthenticator(options.auth ?? { mode: 'none' }, access)
  await authenticator.checkSetup()
  const serving = tls === null ? null : await openServingTls(tls, options.host, { clock, log })
  const bridging = {
    log,
    clock,
    version: options.version ?? 'unknown',
    places: new StreamPlaces(options.streamLimits),
    addressOf: (request: IncomingMessage) => authenticator.proxies.clientAddress(request),
    ...(options.unaryCalls === undefined ? {} : { unaryCalls: options.unaryCalls }),
  }
  const policies = openCapturePolicies(options, bridging)
  const recording = openRecording(options.recording ?? null, { log, clock })
  const clusters = clusterOptions(options).map((each) => openClusterService(each, { ...bridging, recording }))
  const servers: HttpServer[] = []
  const { graceMs } = options
  const receivers: RunningReceiver[] = []
  const opened = { servers, receivers, clusters, recording, policies, authenticator, serving }
  const closeAll = createClose({ ...opened, graceMs })
  const metrics = openMetrics(options, { ...opened, clock })
  const readiness = openReadiness({ ...opened, log }, () => closeAll.begun)
  const probes: ProbeSources = { readiness, metrics }
  const routes = createRoutes({
    basePath,
    rules: {
      allowedHosts: options.allowedHosts ?? [],
      allowsAnyHost: options.allowsAnyHost ?? false,
      proxies: authenticator.proxies,
    },
    authenticator,
    files,
    config: options.config,
    clusters,
    capture: options.capture === undefined ? null : new CaptureDownload(options.capture, bridging),
    demo: options.demo === undefined ? null : new DemoRoute(options.demo, bridging),
    policies,
    compressStreams: options.compressStreams ?? 'auto',
    probes: options.metrics?.onSamePort === true ? probes : { ...probes, metrics: null },
    now: () => clock.now(),
    onRefusal: ({ reason }) => metrics?.countRefusal(reason),
  })
  try {
    const { limits = DEFAULT_LIMITS } = options
    const page = await startHttpServer({
      host: options.host,
      port: options.port,
      limits,
      certificate: serving?.certificate ?? null,
      onRefusedConnection: (limit) => metrics?.countRefusal(limit),
      onStalledAnswer: () => metrics?.countStalledAnswer(),
      clock,
      handle: (request, response) => {
        setSecurityHeaders(response, serving?.isGiven)
        routes(request, response)
      },
    })
    servers.push(page)
    serving?.onRenewed((certificate) => page.setCertificate(certificate))
    const own = options.metrics?.listen ?? null
    if (own !== null) servers.push(await startProbeServer(own, limits, probes))
    const [, second] = servers
    const receiver = options.recording?.receiver ?? null
    if (receiver !== null) receivers.push(await startReceiver(receiver, clusters, { log, clock }))
    return {
      url: `${serving === null ? 'http' : 'https'}://${hostInUrl(options.host)}:${page.port}${basePath}/`,
      receiverPort: receivers[0]?.port ?? null,
      metricsUrl: own === null ? null : `http://${hostInUrl(own.host)}:${second?.port ?? own.port}/`,
      close: () => closeAll.run(),
    }
  } catch (error) {
    await closeAll.run()
    throw error
  }
}

interface Checked extends Pick<Closed, 'authenticator' | 'serving' | 'clusters'> {
  readonly log: Log
}

function openReadiness(
  { authenticator, serving, clusters, log }: Checked,
  isDraining: () => boolean,
): Readiness {
  const checks = [
    async () => serving?.check(),
    () => authenticator.checkSetup(),
    ...clusters.map((each) => () => each.checkCredentials()),
  ]
  return new Readiness({ checks, isDraining, log })
}

interface Measured {
  readonly clusters: readonly ClusterService[]
  readonly recording: OpenRecording | null
  readonly servers: readonly HttpServer[]
  readonly serving: ServingTls | null
  readonly clock: Clock
}

/** Null where nobody reads them: measuring the event loop and the garbage collector is not free. */
function openMetrics(
  { metrics, version = 'unknown' }: GatewayOptions,
  { clusters, recording, servers, serving, clock }: Measured,
): GatewayMetrics | null {
  if (metrics === undefined || (!metrics.onSamePort && metrics.listen === null)) return null
  return createMetrics({
    version,
    clusters: clusters.map(({ readings }) => readings),
    connections: () => servers[0]?.traffic ?? { open: 0, sentBytes: 0 },
    servingCertificateExpiry: () => serving?.expiry ?? null,
    historyBytes: () => recording?.keeper.stats?.bytes ?? null,
    historyDamagedFiles: () => recording?.keeper.stats?.damaged.length ?? null,
    now: () => clock.now(),
  })
}

function openCapturePolicies(
  { policies = null }: GatewayOptions,
  context: Parameters<typeof openPolicies>[1],
) {
  return policies === null ? null : openPolicies(policies, context)
}

function clusterOptions({ clusters, upstream = null }: GatewayOptions): readonly GatewayCluster[] {
  if (clusters !== undefined) return clusters
  return upstream === null ? [] : [{ name: DEFAULT_CLUSTER_NAME, upstream, memory: DEFAULT_RING_BYTES }]
}

/** Prometheus speaks HTTP/1.1, and reads over the pod's network: no TLS here. */
function startProbeServer(
  address: ListenAddress,
  limits: ServerLimits,
  probes: ProbeSources,
): Promise<HttpServer> {
  return startHttpServer({
    ...address,
    limits,
    certificate: null,
    handle: (request, response) => {
      setSecurityHeaders(response)
      const path = (request.url ?? '/').replace(/[?#].*$/s, '')
      if (!answerProbe(path, request, response, probes)) sendText(response, 404, 'Not found.')
    },
  })
}

interface Closed {
  readonly servers: readonly HttpServer[]
  readonly receivers: readonly RunningReceiver[]
  readonly clusters: readonly ClusterService[]
  readonly recording: OpenRecording | null
  readonly policies: PolicyAnswers | null
  readonly authenticator: Authenticator
  readonly serving: ServingTls | null
  readonly graceMs: number | undefined
}

/**
 * The graceful end: no new connections, the open calls end with a status, each connection is closed when it has nothing
 * left to send. The probe server, if there is one, stays for so long, and says that the gateway is not ready.
 */
function createClose(closed: Closed) {
  const { servers, receivers, clusters, recording, policies, authenticator, serving } = closed
  const { graceMs = DEFAULT_GRACE_MS } = closed
  let closing: Promise<void> | null = null
  const close = async () => {
    const [page, probes] = servers
    page?.drain()
    serving?.close()
    for (const cluster of clusters) cluster.endCalls()
    const recorded = Promise.all(clusters.map((cluster) => cluster.endRecording(graceMs)))
    await Promise.all([page?.close(graceMs), ...receivers.map((receiver) => receiver.close(graceMs))])
    await recorded
    await probes?.close(0)
    await Promise.all([...clusters.map((cluster) => cluster.close()), policies?.close()])
    await recording?.keeper.close()
    authenticator.close()
  }
  return {
    get begun() {
      return closing !== null
    },
    run: () => (closing ??= close()),
  }
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
