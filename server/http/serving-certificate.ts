/** The certificate of this server: from files that are read again when they change, or made at start. */
import { X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { Clock } from '../../src/lib/clock.ts'
import { errorCode } from '../lib/error-code.ts'
import type { Log } from '../lib/log.ts'
import { readPemFile } from '../lib/pem-file.ts'
import type { ServingCertificate } from './http-server.ts'

export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** The files of the serving certificate cannot be used. The message is a sentence without a full stop. */
export class ServingCertificateError extends Error {
  override readonly name = 'ServingCertificateError'
}

/**
 * The files are read anew, not watched: Kubernetes replaces the files of a Secret by swapping a symbolic link, which
 * watchers of the file miss.
 */
export const RELOAD_INTERVAL_MS = 10_000
const DAY_MS = 86_400_000
/** cert-manager renews when a third of the life is left, 30 days for one of 90: later than this, nobody has renewed it. */
const EXPIRY_WARNING_MS = 14 * DAY_MS

/** Throws {@link ServingCertificateError}. */
export async function loadServingCertificate({ cert, key }: CertificateFiles): Promise<ServingCertificate> {
  const pair = {
    cert: await readPem('certificate', cert),
    key: await readPem('key', key),
  }
  try {
    createSecureContext(pair)
  } catch (error) {
    const code = errorCode(error)
    throw new ServingCertificateError(
      code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
        ? `The key ${key} does not belong to the certificate ${cert}`
        : `The certificate ${cert} and its key cannot be used (${code})`,
      { cause: error },
    )
  }
  return pair
}

function readPem(what: string, path: string): Promise<string> {
  return readPemFile(what, path, (message, problem) => new ServingCertificateError(message, problem))
}

export interface CertificateWatch {
  /** Why the files cannot be used now; null while they can. The server goes on with what it had. */
  readonly trouble: string | null
  /** When the certificate in use expires. */
  readonly expiry: Date
  close(): void
}

/** Calls `onRenewed` with each certificate that the files hold later on, and logs renewals, faults and a coming expiry. */
export function watchServingCertificate(
  files: CertificateFiles,
  first: ServingCertificate,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  onRenewed: (certificate: ServingCertificate) => void,
): CertificateWatch {
  let current = first
  let trouble: string | null = null
  let closed = false
  let stopTimer = clock.after(RELOAD_INTERVAL_MS, check)
  let warnedFor: string | null = null
  warnOfExpiry()

  function check(): void {
    void reload().finally(() => {
      if (!closed) stopTimer = clock.after(RELOAD_INTERVAL_MS, check)
    })
  }
  async function reload(): Promise<void> {
    try {
      const found = await loadServingCertificate(files)
      trouble = null
      if (!closed && (found.cert !== current.cert || found.key !== current.key)) {
        onRenewed(found)
        current = found
        log.info('serving certificate renewed', { expires: expiryOf(found).toISOString() })
      }
    } catch (error) {
      // Certificate and key are two files: between the writing of the one and the other they do not fit.
      const cause = error instanceof Error ? error.message : String(error)
      if (trouble !== cause) log.warn('serving certificate not renewed', { cause })
      trouble = cause
    }
    warnOfExpiry()
  }
  function warnOfExpiry(): void {
    const expiry = expiryOf(current)
    if (warnedFor === current.cert || expiry.getTime() - clock.now() > EXPIRY_WARNING_MS) return
    warnedFor = current.cert
    log.warn('serving certificate expires soon', { expires: expiry.toISOString() })
  }
  return {
    get trouble() {
      return trouble
    },
    get expiry() {
      return expiryOf(current)
    },
    close() {
      closed = true
      stopTimer()
    },
  }
}

export function expiryOf({ cert }: ServingCertificate): Date {
  return new Date(new X509Certificate(cert).validTo)
}
