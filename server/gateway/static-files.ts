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
import { acceptedEncodings, type Encoding } from '../http/accept-encoding.ts'

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

/** What scripts/precompress.mjs writes beside a file. */
const COMPRESSED: Readonly<Record<string, Encoding>> = { '.br': 'br', '.gz': 'gzip' }

interface StaticFile {
  readonly type: string
  readonly cacheControl: string
  /** Of the content without an encoding; each encoding has its name at the end. */
  readonly hash: string
  readonly bytes: Buffer
  /** Those that are smaller than `bytes`. */
  readonly encoded: ReadonlyMap<Encoding, Buffer>
}

/** Files by URL path; `/` is index.html. */
export type StaticFiles = ReadonlyMap<string, StaticFile>

export async function readStaticFiles(folder: string): Promise<StaticFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = new Set(
    entries.flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : [])),
  )
  const files = new Map<string, StaticFile>()
  for (const file of paths) {
    const suffix = extname(file)
    if (COMPRESSED[suffix] !== undefined && paths.has(file.slice(0, -suffix.length))) continue
    const path = `/${relative(folder, file).split(sep).map(encodeURIComponent).join('/')}`
    files.set(path, await readStaticFile(file, path, paths))
  }
  const page = files.get('/index.html')
  if (page !== undefined) files.set('/', page)
  return files
}

async function readStaticFile(file: string, path: string, paths: ReadonlySet<string>): Promise<StaticFile> {
  const bytes = await readFile(file)
  const encoded = new Map<Encoding, Buffer>()
  for (const [suffix, encoding] of Object.entries(COMPRESSED)) {
    if (paths.has(file + suffix)) encoded.set(encoding, await readFile(file + suffix))
  }
  // A page that was built without them, as by Vite alone.
  if (encoded.size === 0) encoded.set('gzip', await promisify(gzip)(bytes))
  for (const [encoding, body] of encoded) if (body.length >= bytes.length) encoded.delete(encoding)
  return {
    type: CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
    cacheControl: path.startsWith(HASHED_FOLDER) ? 'public, max-age=31536000, immutable' : 'no-cache',
    hash: createHash('sha256').update(bytes).digest('base64url').slice(0, 22),
    bytes,
    encoded,
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
  const accepted = acceptedEncodings(request.headers['accept-encoding'])
  const encoding = accepted.find((each) => file.encoded.has(each)) ?? null
  const body = (encoding === null ? null : file.encoded.get(encoding)) ?? file.bytes
  const etag = `"${file.hash}${encoding === null ? '' : `-${encoding}`}"`
  response.setHeader('cache-control', file.cacheControl)
  response.setHeader('etag', etag)
  response.setHeader('vary', 'accept-encoding')
  if (isHeldBy(request.headers['if-none-match'], etag)) {
    response.writeHead(304).end()
    return true
  }
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': body.length,
    ...(encoding === null ? {} : { 'content-encoding': encoding }),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
  return true
}

/** Compares weakly, as RFC 9110 wants it for If-None-Match: a proxy that compresses makes an ETag weak. */
function isHeldBy(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')))
}
