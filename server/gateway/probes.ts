/**
 * Answers the kubelet and Prometheus, whose Host is the pod's address: these paths have no base path and no login, and
 * none of them names a namespace, a workload or a viewer. Only the metrics name clusters.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import { send, sendJson, sendText } from '../http/plain-answer.ts'
import type { Readiness } from './readiness.ts'

export interface ProbeSources {
  readonly readiness: Readiness
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
  const { metrics, readiness } = sources
  if (path !== '/healthz' && path !== '/readyz' && (path !== '/metrics' || metrics === null)) return false
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    sendText(response, 405, 'Only GET and HEAD are served here.')
  } else if (path === '/healthz') {
    sendText(response, 200, 'ok')
  } else if (path === '/readyz') {
    void readiness.check().then((answer) => sendJson(response, answer.ready ? 200 : 503, answer))
  } else if (metrics !== null) {
    metrics.print().then(
      (text) => send(response, 200, metrics.contentType, text),
      () => sendText(response, 500, 'The metrics cannot be read.'),
    )
  }
  return true
}
