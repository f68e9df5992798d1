/** TLS for browsers, from certificate files or with a certificate of our own making. */
import type { Clock } from '../../src/lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { ServingCertificate } from './http-server.ts'
import {
  expiryOf,
  loadServingCertificate,
  ServingCertificateError,
  watchServingCertificate,
  type CertificateFiles,
} from './serving-certificate.ts'

export type ServingTlsOptions =
  | ({ readonly kind: 'files' } & CertificateFiles)
  | { readonly kind: 'self-signed'; readonly names: readonly string[] }

export interface ServingTls {
  readonly certificate: ServingCertificate
  /** Whether the certificate was given, and not made at start. */
  readonly isGiven: boolean
  /** When the certificate in use expires. */
  readonly expiry: Date
  /** Calls the listener with each renewed certificate. One listener. */
  onRenewed(listener: (certificate: ServingCertificate) => void): void
  /** Throws {@link ServingCertificateError} while the files cannot be used. */
  check(): void
  close(): void
}

/** Throws {@link ServingCertificateError}. */
export async function openServingTls(
  options: ServingTlsOptions,
  host: string,
  context: { readonly clock: Clock; readonly log: Log },
): Promise<ServingTls> {
  if (options.kind === 'self-signed') {
    const { makeSelfSigned } = await import('./self-signed.ts')
    const certificate = await makeSelfSigned([host, ...options.names])
    const expiry = expiryOf(certificate)
    return { certificate, isGiven: false, expiry, onRenewed: doNothing, check: doNothing, close: doNothing }
  }
  const certificate = await loadServingCertificate(options)
  let listener: ((certificate: ServingCertificate) => void) | null = null
  const watch = watchServingCertificate(options, certificate, context, (renewed) => listener?.(renewed))
  return {
    certificate,
    isGiven: true,
    get expiry() {
      return watch.expiry
    },
    onRenewed(onRenewed) {
      listener = onRenewed
    },
    check() {
      if (watch.trouble !== null) throw new ServingCertificateError(watch.trouble)
    },
    close: () => watch.close(),
  }
}

function doNothing(): void {}
