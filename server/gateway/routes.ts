/** Routes a request to the page's files, its configuration, the capture, the login or a cluster's bridge. */
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { unreachable } from '../../src/lib/assert.ts'
import { answerRefusal, Refusal, setRefusalHeaders } from '../auth/access-refusal.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { Viewer } from '../auth/viewer.ts'
import { isBridgedPath } from '../bridge/bridge.ts'
import { endWithStatus } from '../bridge/grpc-web-answer.ts'
import { GRPC, type GrpcStatus } from '../grpc/grpc-status.ts'
import { type AccessRules, checkHost, checkOrigin } from './access.ts'
import type { CaptureDownload } from './capture-download.ts'
import type { ClusterService } from './cluster-service.ts'
import { answerHistory, findHistory } from './history-route.ts'
import { DEMO_PATH, type DemoRoute } from './demo-route.ts'
import { compressResponse, isCompressed, type CompressStreams } from '../http/compress-stream.ts'
import { sendJson, sendText } from '../http/plain-answer.ts'
import { knownRevisions, type PolicyAnswers } from '../policies/policy-answers.ts'
import type { PageConfig } from './page-config.ts'
import { answerProbe, type ProbeSources } from './probes.ts'
import { serveStaticFile, type StaticFiles } from './static-files.ts'

export interface RouteSources {
  readonly basePath: string
  readonly rules: AccessRules
  readonly authenticator: Authenticator
  readonly files: StaticFiles
  readonly config: PageConfig
  /** The first one also answers without its name. */
  readonly clusters: readonly ClusterService[]
  readonly capture: CaptureDownload | null
  /** Null where there is no demo. */
  readonly demo: DemoRoute | null
  /** Those of the capture. */
  readonly policies: PolicyAnswers | null
  readonly compressStreams: CompressStreams
  readonly probes: ProbeSources
  /** Called for each call that is not let in, for the metrics; the log is written by the authenticator. */
  readonly onRefusal: (refusal: Refusal) => void
  /** Unix milliseconds. */
  now(): number
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

export function createRoutes(sources: RouteSources): Handler {
  const { basePath, rules, authenticator, files } = sources
  return (request, response) => {
    const full = (request.url ?? '/').replace(/[?#].*$/s, '')
    if (answerProbe(full, request, response, sources.probes)) return
    const foreignHost = checkHost(request, rules)
    if (foreignHost !== null) {
      authenticator.reportRefusal(request, foreignHost)
      sources.onRefusal(foreignHost)
      return sendText(response, foreignHost.status, foreignHost.say)
    }
    const path = pathBelow(basePath, full)
    if (path === null) return sendText(response, 404, 'Not found.')
    if (path === '') {
      response.setHeader('location', `${basePath}/`)
      return sendText(response, 308, 'The page has a slash at its end.')
    }
    if (isPageFile(files, path)) {
      if (refuseMethod(request, response)) return
      serveStaticFile(files, path, request, response)
      return
    }
    const foreignPage = checkOrigin(request, rules)
    if (foreignPage !== null) {
      authenticator.reportRefusal(request, foreignPage)
      sources.onRefusal(foreignPage)
      return sendText(response, foreignPage.status, foreignPage.say)
    }
    if (authenticator.handle(request, response, path)) return
    const call = findCall(path, sources.clusters)
    if (call !== null) return void answerCall(call, request, response, sources)
    if (path === DEMO_PATH && sources.demo !== null)
      return void answerDemo(sources.demo, request, response, sources)
    if (refuseMethod(request, response)) return
    void answerData(path, request, response, sources)
  }
}

/** The path without the base path; empty for the base path without a slash, null for a path that is not below it. */
function pathBelow(basePath: string, path: string): string | null {
  if (path === basePath || path.startsWith(`${basePath}/`)) return path.slice(basePath.length)
  return null
}

function isPageFile(files: StaticFiles, path: string): boolean {
  return files.has(path)
}

/** Answers what is neither GET nor HEAD; returns whether it did. */
function refuseMethod(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return false
  response.setHeader('allow', 'GET, HEAD')
  sendText(response, 405, 'Only GET and HEAD are served here.')
  return true
}

interface FoundCall {
  /** Null where there is no Goldmane, as with a capture. */
  readonly cluster: ClusterService | null
  /** Of the method. */
  readonly path: string
}

/** Null for a path that is no call. */
function findCall(path: string, clusters: readonly ClusterService[]): FoundCall | null {
  if (isBridgedPath(path)) return { cluster: clusters[0] ?? null, path }
  const [, name, method] = /^\/clusters\/([a-z\d-]+)(\/goldmane\..*)$/.exec(path) ?? []
  const cluster = clusters.find((each) => each.name === name)
  return cluster === undefined || method === undefined ? null : { cluster, path: method }
}

async function answerCall(
  { cluster, path }: FoundCall,
  request: IncomingMessage,
  response: ServerResponse,
  sources: RouteSources,
): Promise<void> {
  const viewer = await admit(request, sources)
  if (viewer instanceof Refusal) return refuseCall(response, viewer)
  if (isCompressed(request, sources.compressStreams)) compressResponse(response)
  if (cluster === null) {
    const message = 'This server shows a capture; there is no Goldmane behind it'
    return endWithStatus(response, { code: GRPC.UNAVAILABLE, message })
  }
  const end = cluster.answer(request, response, path, viewer)
  const stopWatching = sources.authenticator.watch(request, viewer, (now) => end(statusOfChange(now)))
  response.once('close', stopWatching)
}

async function answerDemo(
  demo: DemoRoute,
  request: IncomingMessage,
  response: ServerResponse,
  sources: RouteSources,
): Promise<void> {
  const viewer = await admit(request, sources)
  if (viewer instanceof Refusal) return answerRefusal(response, viewer)
  await demo.answer(request, response)
}

/** Who sent the request. A user who may see no namespace at all is refused too, because an empty page would not say why. */
async function admit(
  request: IncomingMessage,
  { authenticator, onRefusal }: RouteSources,
): Promise<Viewer | Refusal> {
  const viewer = await authenticator.authenticate(request)
  if (viewer instanceof Refusal) {
    onRefusal(viewer)
    return viewer
  }
  if (viewer.namespaces === 'all' || viewer.namespaces.size > 0) return viewer
  const refusal = new Refusal(
    403,
    'no namespaces',
    'You are logged in, but may not see the flows of any namespace.',
  )
  authenticator.reportRefusal(request, refusal)
  onRefusal(refusal)
  return refusal
}

function refuseCall(response: ServerResponse, refusal: Refusal): void {
  setRefusalHeaders(response, refusal)
  endWithStatus(response, { code: grpcCodeOf(refusal), message: refusal.say }, refusal.status)
}

/** The status with which a call ends when it is refused from now on, or its viewer sees something else. */
function statusOfChange(now: Viewer | Refusal): GrpcStatus {
  if (now instanceof Refusal) return { code: grpcCodeOf(now), message: now.say }
  // The browser calls again, as the viewer who it is now.
  return { code: GRPC.CANCELLED, message: 'What you may see has changed.' }
}

function grpcCodeOf({ status }: Refusal): number {
  switch (status) {
    case 401:
      return GRPC.UNAUTHENTICATED
    case 403:
      return GRPC.PERMISSION_DENIED
    case 429:
      return GRPC.RESOURCE_EXHAUSTED
    case 408:
    case 503:
      return GRPC.UNAVAILABLE
    case 400:
    case 413:
    case 415:
      return GRPC.INVALID_ARGUMENT
    default:
      return unreachable(status, 'status of a refusal')
  }
}

/** What needs a login, read by GET. */
async function answerData(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  sources: RouteSources,
): Promise<void> {
  const { capture, config, clusters } = sources
  const isCapture = path === '/capture' && capture !== null
  const policies = findPolicies(path, sources)
  const history = findHistory(path, clusters)
  const isKnown = path === '/config.json' || path === '/clusters.json' || isCapture
  if (!isKnown && policies === null && history === null) return sendText(response, 404, 'Not found.')
  const viewer = await admit(request, sources)
  if (viewer instanceof Refusal) return answerRefusal(response, viewer)
  if (policies !== null) return answerPolicies(policies, request, response, viewer, sources)
  if (history !== null) return answerHistory(history, request, response, viewer, sources)
  if (isCapture) {
    // A download that is cut off does not pass for the whole file, because its length is announced or its end missing.
    const stopWatching = sources.authenticator.watch(request, viewer, () => response.destroy())
    response.once('close', stopWatching)
    return capture.serve(request, response, viewer)
  }
  sendJson(
    response,
    200,
    path === '/config.json' ? configFor(viewer, config) : clusterStates(clusters, viewer, sources.now()),
  )
}

/** The policies of the cluster that the path names, of the first one, or of the capture; null for another path. */
function findPolicies(path: string, { clusters, policies }: RouteSources): PolicyAnswers | null {
  if (path === '/policies.json') return clusters[0] === undefined ? policies : clusters[0].policies
  const [, name] = /^\/clusters\/([a-z\d-]+)\/policies\.json$/.exec(path) ?? []
  return clusters.find((each) => each.name === name)?.policies ?? null
}

async function answerPolicies(
  policies: PolicyAnswers,
  request: IncomingMessage,
  response: ServerResponse,
  viewer: Viewer,
  { compressStreams }: RouteSources,
): Promise<void> {
  const answer = await policies.answer(viewer, knownRevisions(request.headers['if-none-match']))
  response.setHeader('cache-control', 'no-store')
  if (answer === null) return void response.writeHead(304).end()
  if (isCompressed(request, compressStreams)) compressResponse(response)
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    etag: `"${answer.revision}"`,
  })
  response.end(request.method === 'HEAD' ? undefined : answer.body)
}

/**
 * The content of /config.json for a viewer. Tabs of one browser share what they receive, so the page has to tell viewers
 * apart; a hash is enough for that, and says nothing of the name to who finds it in a stored file.
 */
function configFor({ name }: Viewer, config: PageConfig): unknown {
  if (name === null) return config
  return { ...config, viewer: createHash('sha256').update(name).digest('base64url').slice(0, 22) }
}

/** The content of /clusters.json. Of the flows it tells two counts, and those only of what the viewer may see. */
function clusterStates(clusters: readonly ClusterService[], viewer: Viewer, now: number): unknown {
  return clusters.map((cluster) => {
    const { name, status } = cluster
    const { state, cause, since, lastBucket } = status
    const denials = cluster.denialsFor(viewer)
    return {
      name,
      endpoint: `./clusters/${name}/`,
      state,
      cause,
      since,
      lastBucket,
      deniedPairs: denials?.deniedPairs ?? null,
      newDenials: denials?.newDenials ?? null,
      now: now / 1000,
    }
  })
}
