/**
 * Serves the files of the built page from memory. They are read once at start, and a request is looked up among their
 * URL paths: no text of a request becomes a path of the file system.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.jsonl': 'application/jsonl; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
}

/** The names of the files in this folder, and only those, have a hash of the content in them (Vite). */
const HASHED_FOLDER = '/assets/'

interface StaticFile {
  readonly type: string
  readonly cacheControl: string
  readonly etag: string
  readonly bytes: Buffer
  /** Null when it is not smaller than `bytes`. */
  readonly gzipped: Buffer | null
}

/** Files by URL path; `/` is index.html. */
export type StaticFiles = ReadonlyMap<string, StaticFile>

export async function readStaticFiles(folder: string): Promise<StaticFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = new Map<string, StaticFile>()
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).split(sep).map(encodeURIComponent).join('/')}`
    files.set(path, await readStaticFile(file, path))
  }
  const page = files.get('/index.html')
  if (page !== undefined) files.set('/', page)
  return files
}

async function readStaticFile(file: string, path: string): Promise<StaticFile> {
  const bytes = await readFile(file)
  const zipped = await promisify(gzip)(bytes)
  return {
    type: CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
    cacheControl: path.startsWith(HASHED_FOLDER) ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    bytes,
    gzipped: zipped.length < bytes.length ? zipped : null,
  }
}

/** Answers with the file of that path; returns false, without an answer, when there is none. */
export function serveStaticFile(
  files: StaticFiles,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const file = files.get(path)
  if (file === undefined) return false
  const { type, cacheControl, etag, bytes, gzipped } = file
  response.setHeader('cache-control', cacheControl)
  response.setHeader('etag', etag)
  response.setHeader('vary', 'accept-encoding')
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end()
    return true
  }
  const body = gzipped !== null && acceptsGzip(request) ? gzipped : bytes
  response.writeHead(200, {
    'content-type': type,
    'content-length': body.length,
    ...(body === gzipped ? { 'content-encoding': 'gzip' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
  return true
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding'] ?? ''
  return /(^|[\s,])gzip(\s*$|\s*,|\s*;\s*q=(1|0\.\d*[1-9]))/i.test(accepted)
}
