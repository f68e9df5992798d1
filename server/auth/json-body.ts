import type { Readable } from 'node:stream'
import type { Clock } from '../../src/lib/clock.ts'
import { readBoundedBody } from '../lib/bounded-body.ts'
import { headerValues, type HttpRequest } from '../lib/http-message.ts'
import { Refusal } from './access-refusal.ts'

const MAX_BODY_BYTES = 16_384
const BODY_TIMEOUT_MS = 5_000

/** Reads a small JSON body. A refusal of it ends the connection, for the rest of the body is not read. */
export async function readJsonBody(
  request: HttpRequest,
  clock: Clock,
): Promise<{ readonly json: unknown } | Refusal> {
  const [type, ...moreTypes] = headerValues(request, 'content-type')
  // A form of a foreign page can send neither this type nor, without a CORS preflight, any script of one.
  if (moreTypes.length > 0 || !/^application\/json\s*(;|$)/i.test(type ?? ''))
    return new Refusal(415, 'malformed body', 'The body has to be application/json.')
  const body = await readBytes(request, clock)
  if (body instanceof Refusal) return body
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown }
  } catch {
    return new Refusal(400, 'malformed body', 'The body is not JSON.')
  }
}

async function readBytes(request: Readable, clock: Clock): Promise<Buffer | Refusal> {
  const limits = { maxBytes: MAX_BODY_BYTES, timeoutMs: BODY_TIMEOUT_MS, clock }
  const body = await readBoundedBody(request, limits)
  switch (body) {
    case 'too slow':
      return new Refusal(408, 'malformed body', 'The body did not arrive within 5 seconds.')
    case 'too large':
      return new Refusal(413, 'malformed body', 'The body is larger than 16 KiB.')
    case 'broken off':
      return new Refusal(400, 'malformed body', 'The body broke off.')
    default:
      return body
  }
}
