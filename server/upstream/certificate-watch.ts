/** Watches the certificate files: uses renewed ones without a restart, and warns before the client's expires. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Clock } from '../../src/lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { isPemText } from '../lib/pem-file.ts'
import {
  CredentialsError,
  describeForLog,
  loadCredentials,
  type Credentials,
  type TlsFiles,
} from './credentials.ts'

/** Milliseconds. Polled, because a Kubernetes Secret is renewed by a symbolic link that file events do not follow. */
const POLL_INTERVAL_MS = 60_000
const DAY_MS = 86_400_000
const WARN_DAYS = 14
const URGENT_DAYS = 3

export interface CertificateWatchOptions {
  readonly files: TlsFiles
  readonly log: Log
  readonly clock: Clock
  /** Moves to a connection with the renewed files. Rejects when it cannot be opened; it is called again a minute later. */
  readonly onRenewed: () => Promise<void>
}

export class CertificateWatch {
  readonly #options: CertificateWatchOptions
  /** The digest of the files in use; null before they were read. */
  #inUse: string | null = null
  /** The digest of files that cannot be used, and why; the log says it once. */
  #refused = ''
  #warnedAt = -Infinity
  #expiry: Date | null = null
  #closed = false
  #cancelTimer = () => {}

  constructor(options: CertificateWatchOptions) {
    this.#options = options
    void this.#poll()
  }

  /** When the client certificate in use expires; null without one, and before it was read. */
  get expiry(): Date | null {
    return this.#expiry
  }

  close(): void {
    this.#closed = true
    this.#cancelTimer()
  }

  async #poll(): Promise<void> {
    await this.#check()
    if (this.#closed) return
    this.#cancelTimer = this.#options.clock.after(POLL_INTERVAL_MS, () => void this.#poll())
  }

  async #check(): Promise<void> {
    const { files, log, onRenewed } = this.#options
    const digest = await digestOf(files)
    this.#inUse ??= digest
    let credentials: Credentials
    try {
      credentials = await loadCredentials(files)
    } catch (error) {
      // The connection that stands goes on. A certificate may have been written, and its key not yet.
      return this.#refuse(digest, error)
    }
    if (this.#closed) return
    const expiry = credentials.client?.expiry ?? null
    if (this.#inUse !== digest) {
      try {
        await onRenewed()
      } catch (error) {
        return this.#refuse(digest, error)
      }
      log.info('client certificate renewed', { expires: expiry?.toISOString() ?? null })
      this.#warnedAt = -Infinity
    }
    this.#inUse = digest
    this.#expiry = expiry
    if (expiry !== null) this.#warnBefore(expiry)
  }

  #refuse(digest: string, error: unknown): void {
    const why = describeForLog(error)
    if (this.#refused === digest + why || this.#closed) return
    this.#refused = digest + why
    const event = error instanceof CredentialsError ? 'unusable' : 'not accepted'
    this.#options.log.warn(`client certificate ${event}`, { why })
  }

  /** Once a day. */
  #warnBefore(expiry: Date): void {
    const { clock, log } = this.#options
    const now = clock.now()
    const days = (expiry.getTime() - now) / DAY_MS
    if (days > WARN_DAYS || now - this.#warnedAt < DAY_MS) return
    this.#warnedAt = now
    const fields = { expires: expiry.toISOString(), days: Math.floor(days) }
    if (days > URGENT_DAYS) log.warn('client certificate expires', fields)
    else log.error('client certificate expires', fields)
  }
}

/** A digest of what the files have now; a file that cannot be read counts as empty. */
async function digestOf({ ca, cert, key }: TlsFiles): Promise<string> {
  const contents = await Promise.all(
    [ca, cert, key].map(async (source) => {
      const isFile = source !== undefined && !isPemText(source)
      return isFile ? readFile(source).catch(() => '') : ''
    }),
  )
  const hash = createHash('sha256')
  for (const content of contents) hash.update(content).update('\0')
  return hash.digest('hex')
}
