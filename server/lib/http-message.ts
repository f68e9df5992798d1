/** What HTTP/1.1 and Node's HTTP/2 compatibility API have in common, so that one handler serves both. */
import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'

export type HttpRequest = IncomingMessage | Http2ServerRequest

/** The part of a response with which a short answer is given. */
export interface HttpResponse {
  statusCode: number
  readonly headersSent: boolean
  setHeader(name: string, value: string | readonly string[]): unknown
  end(body: string): unknown
}

/**
 * Every value that the client sent for a header, in order. Node's `headers` joins repeated ones or keeps the first, which
 * would hide that a client added a second header to that of a proxy.
 *
 * @param name In lower case.
 */
export function headerValues(request: HttpRequest, name: string): string[] {
  const { rawHeaders } = request
  const values: string[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.toLowerCase() === name) values.push(rawHeaders[at + 1] ?? '')
  return values
}

/** Answers with JSON that no cache keeps. */
export function answerJson(response: HttpResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.statusCode = status
  response.setHeader('content-type', 'application/json; charset=utf-8')
  response.setHeader('content-length', String(Buffer.byteLength(body)))
  response.setHeader('cache-control', 'no-store')
  response.end(body)
}
