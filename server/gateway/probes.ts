/**
 * Answers the kubelet and Prometheus, whose Host is the pod's address: these paths have no base path and no login, and
 * none of them names a namespace, a workload or a viewer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { ClusterService } from './cluster-service.ts'
import { send, sendJson, sendText } from '../http/plain-answer.ts'

export interface ProbeSources {
  readonly clusters: readonly ClusterService[]
  /** Throws an error with a sentence while something other than Goldmane is missing: certificates, tokens. */
  readonly checkSetup: () => Promise<void>
  readonly isDraining: () => boolean
  /** Null where /metrics is not served. */
  readonly metrics: Pick<GatewayMetrics, 'contentType' | 'print'> | null
}

/** Answers /healthz, /readyz and /metrics; returns whether the path was one of them. */
export function answerProbe(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  sources: ProbeSources,
): boolean {
  const { metrics } = sources
  if (path !== '/healthz' && path !== '/readyz' && (path !== '/metrics' || metrics === null)) return false
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    sendText(response, 405, 'Only GET and HEAD are served here.')
  } else if (path === '/healthz') {
    sendText(response, 200, 'ok')
  } else if (path === '/readyz') {
    void sendReadiness(response, sources)
  } else if (metrics !== null) {
    metrics.print().then(
      (text) => send(response, 200, metrics.contentType, text),
      (error: unknown) => sendText(response, 500, messageOf(error)),
    )
  }
  return true
}

/**
 * Answers 200 while Goldmane is away: the page says what is wrong, and a pod that is taken out of its Service could not.
 * The state of each cluster is in the body.
 */
async function sendReadiness(response: ServerResponse, sources: ProbeSources): Promise<void> {
  const { clusters, checkSetup, isDraining } = sources
  let trouble = isDraining() ? 'The gateway is shutting down' : null
  try {
    if (trouble === null)
      await Promise.all([checkSetup(), ...clusters.map((each) => each.checkCredentials())])
  } catch (error) {
    trouble = messageOf(error)
  }
  const states = clusters.map(({ name, status }) => ({ name, state: status.state, cause: status.cause }))
  sendJson(response, trouble === null ? 200 : 503, { ready: trouble === null, trouble, clusters: states })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
