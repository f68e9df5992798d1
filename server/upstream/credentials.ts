/** Loads the certificates for TLS to Goldmane, again for every connection, so that renewed files are used. */
import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { errorCode } from '../lib/error-code.ts'
import { isPemText, readPemFile } from '../lib/pem-file.ts'

/** Each of `ca`, `cert` and `key` is the path of a PEM file or the PEM text itself. */
export interface TlsFiles {
  /** The CA of the server's certificate; the system's CAs unless given. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  /** The name that the server's certificate must have, when it is not the host in the URL (port-forwarding). */
  readonly serverName?: string
}

export interface Credentials {
  readonly context: SecureContext
  /** Null without a client certificate. */
  readonly clientCertificateExpiry: Date | null
}

/** A certificate file cannot be used. The message is a sentence for the reader of the screen. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError'
}

/** Throws {@link CredentialsError}. */
export async function loadCredentials(files: TlsFiles): Promise<Credentials> {
  const [ca, cert, key] = await Promise.all([
    readPem('CA certificate', files.ca),
    readPem('client certificate', files.cert),
    readPem('client key', files.key),
  ])
  const authorities = ca === undefined ? {} : { ca }
  const pair = cert === undefined || key === undefined ? {} : { cert, key }
  try {
    const context = createSecureContext({ ...authorities, ...pair, minVersion: 'TLSv1.2' })
    // OpenSSL ignores a CA file without a certificate in it; parsing it throws.
    if (ca !== undefined) void new X509Certificate(ca)
    return {
      context,
      clientCertificateExpiry: cert === undefined ? null : new Date(new X509Certificate(cert).validTo),
    }
  } catch (error) {
    throw new CredentialsError(explainCredentialsError(error), { cause: error })
  }
}

async function readPem(what: string, source: string | undefined): Promise<string | undefined> {
  if (source === undefined || isPemText(source)) return source
  return readPemFile(what, source, (message, options) => new CredentialsError(message, options))
}

function explainCredentialsError(error: unknown): string {
  const code = errorCode(error)
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH')
    return 'The client key does not belong to the client certificate'
  return `The certificate files cannot be used (${code})`
}
