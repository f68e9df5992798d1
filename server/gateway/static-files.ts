/**
 * The built page. All files are listed and read once at start, and only what is on that list is served: no request
 * text ever becomes a path of the file system.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
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

/** Vite puts a hash of the content into the names of the files in this folder, and only of those. */
const HASHED = '/assets/'

interface StaticFile {
  readonly type: string
  readonly cacheControl: string
  readonly etag: string
  readonly bytes: Buffer
  /** Null where compression does not make it smaller. */
  readonly zipped: Buffer | null
}

/** By URL path; `/` is the page. */
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
    type: TYPES[extname(file)] ?? 'application/octet-stream',
    cacheControl: path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    bytes,
    zipped: zipped.length < bytes.length ? zipped : null,
  }
}

/** Answers with the file of that path. False when there is none. */
export function serveStatic(
  files: StaticFiles,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const file = files.get(path)
  if (file === undefined) return false
  const { type, cacheControl, etag, bytes, zipped } = file
  response.setHeader('cache-control', cacheControl)
  response.setHeader('etag', etag)
  response.setHeader('vary', 'accept-encoding')
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end()
    return true
  }
  const body = zipped !== null && acceptsGzip(request) ? zipped : bytes
  response.writeHead(200, {
    'content-type': type,
    'content-length': body.length,
    ...(body === zipped ? { 'content-encoding': 'gzip' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
  return true
}

function acceptsGzip(request: IncomingMessage): boolean {
  const accepted = request.headers['accept-encoding'] ?? ''
  return /(^|[\s,])gzip(\s*$|\s*,|\s*;\s*q=(1|0\.\d*[1-9]))/i.test(accepted)
}
