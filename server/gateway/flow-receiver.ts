/**
 * Takes what Goldmane's emitter posts (PUSH_URL; goldmane/pkg/emitter/http_client.go): JSON lines, over TLS by a client with a
 * certificate. The emitter takes 200 alone for a success, and tries 15 times over some minutes before it drops a window: so
 * 200 is answered once the window is stored, or what is stored covers it. The emitter speaks HTTP/1.1, posts one window after the
 * other, and waits for each answer without an end.
 */
import { X509Certificate } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../src/lib/clock.ts'
import { HistoryError } from '../history/history-error.ts'
import type { ClusterRecording } from '../history/writer/cluster-recording.ts'
import { EmittedWindow, EmittedWindowError } from '../history/writer/emitted-window.ts'
import { DEFAULT_LIMITS, startHttpServer } from '../http/http-server.ts'
import { sendText } from '../http/plain-answer.ts'
import { setSecurityHeaders } from '../http/security-headers.ts'
import {
  type CertificateFiles,
  loadServingCertificate,
  ServingCertificateError,
} from '../http/serving-certificate.ts'
import { openServingTls } from '../http/serving-tls.ts'
import { errorCode } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'
import { readPemFile } from '../lib/pem-file.ts'
import { HandshakeLog } from './handshake-log.ts'

export interface ReceiverOptions extends CertificateFiles {
  readonly host: string
  readonly port: number
  /** The path of a PEM file: who signed the clients' certificates. */
  readonly ca: string
}

export interface ReceivingCluster {
  readonly name: string
  readonly recording: Pick<ClusterRecording, 'receive'> | null
}

/** A window of 20,000 keys has 25 MB. */
const MAX_BODY_BYTES = 256 << 20
const MAX_LINE_CHARS = 1 << 20
/** Posts at a time: each holds its window in memory. */
const MAX_POSTS = 4
const POST_PATH = /^(?:\/clusters\/([a-z\d-]+))?\/api\/v1\/flows\/bulk$/
const REQUEST_TIMEOUT_MS = 120_000

export interface RunningReceiver {
  readonly port: number
  /** Resolves when no post is under way; those that are after `graceMs` milliseconds are cut off. */
  close(graceMs: number): Promise<void>
}

/** Resolves when it listens. Throws the error of the socket, or {@link ServingCertificateError}. */
export async function startReceiver(
  options: ReceiverOptions,
  clusters: readonly ReceivingCluster[],
  context: { readonly log: Log; readonly clock: Clock },
): Promise<RunningReceiver> {
  const clientAuthority = await readClientAuthority(options)
  const serving = await openServingTls({ kind: 'files', ...options }, options.host, context)
  const receiver = new FlowReceiver(clusters, context.log)
  const handshakes = new HandshakeLog(context.log, context.clock)
  try {
    const server = await startHttpServer({
      host: options.host,
      port: options.port,
      limits: { ...DEFAULT_LIMITS, requestTimeout: REQUEST_TIMEOUT_MS },
      certificate: serving.certificate,
      clientAuthority,
      onFailedHandshake: (error) => handshakes.failed(error),
      handle: (request, response) => {
        setSecurityHeaders(response)
        void receiver.answer(request, response)
      },
    })
    serving.onRenewed((certificate) => server.setCertificate(certificate))
    const close = async (graceMs: number) => {
      serving.close()
      await server.close(graceMs)
    }
    return { port: server.port, close }
  } catch (error) {
    serving.close()
    throw error
  }
}

/** Throws {@link ServingCertificateError} for files that cannot be used, before anything is recorded. */
export async function checkReceiverFiles(options: ReceiverOptions): Promise<void> {
  await loadServingCertificate(options)
  await readClientAuthority(options)
}

async function readClientAuthority({ ca }: ReceiverOptions): Promise<string> {
  const text = await readPemFile('certificate', ca, (message, problem) => {
    return new ServingCertificateError(message, problem)
  })
  try {
    // A list of authorities without one that can be read would let nobody in, and TLS does not say so.
    void new X509Certificate(text)
  } catch (error) {
    throw new ServingCertificateError(`The certificate ${ca} cannot be used (${errorCode(error)})`, {
      cause: error,
    })
  }
  return text
}

class FlowReceiver {
  readonly #clusters: readonly ReceivingCluster[]
  readonly #log: Log
  #posts = 0

  constructor(clusters: readonly ReceivingCluster[], log: Log) {
    this.#clusters = clusters
    this.#log = log
  }

  /** Never rejects. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?')
    const [isPost, name] = POST_PATH.exec(path) ?? []
    const cluster = name === undefined ? this.#clusters[0] : this.#clusters.find((each) => each.name === name)
    const recording = cluster?.recording ?? null
    if (isPost === undefined || cluster === undefined || recording === null)
      return refuse(request, response, 404, 'There is no recorded cluster at this address.')
    if (request.method !== 'POST') return refuse(request, response, 405, 'Flows are posted.')
    if (this.#posts >= MAX_POSTS) return refuse(request, response, 503, 'Too many at once: try again.')
    this.#posts += 1
    try {
      const window = await readWindow(request)
      const outcome = await recording.receive(window)
      const { from, to } = window.range
      const records = window.records
      if (outcome !== 'known')
        this.#log.info(`emitted window ${outcome}`, { cluster: cluster.name, records, ...timesOf(from, to) })
      if (outcome === 'early' || outcome === 'kept')
        return refuse(request, response, 503, 'Older records may still come: try again.')
      sendText(response, 200, outcome)
    } catch (error) {
      this.#refuse(request, response, cluster.name, error)
    } finally {
      this.#posts -= 1
    }
  }

  #refuse(request: IncomingMessage, response: ServerResponse, cluster: string, error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    if (error instanceof EmittedWindowError) {
      this.#log.warn('emitted window refused', { cluster, why })
      return refuse(request, response, 400, why)
    }
    this.#log.warn('emitted window not stored', { cluster, why })
    const isKnown = error instanceof HistoryError
    refuse(request, response, 503, isKnown ? why : 'The window cannot be stored now: try again.')
  }
}

/** Throws {@link EmittedWindowError}. */
async function readWindow(request: IncomingMessage): Promise<EmittedWindow> {
  const window = new EmittedWindow()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0
  let rest = ''
  const decode = (chunk?: Buffer): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw new EmittedWindowError('The text is not UTF-8')
    }
  }
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) throw new EmittedWindowError(`More than ${MAX_BODY_BYTES} bytes`)
    const lines = (rest + decode(chunk)).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE_CHARS) throw new EmittedWindowError('A line of more than a megabyte')
    for (const line of lines) window.add(line)
  }
  window.add(rest + decode())
  return window
}

/** Closes the connection, as the body may not be read. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, say: string): void {
  if (response.headersSent || response.destroyed) return
  if (request.httpVersionMajor < 2) response.setHeader('connection', 'close')
  sendText(response, status, say)
}

function timesOf(from: number, to: number): { readonly from: string; readonly to: string } {
  return { from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() }
}
