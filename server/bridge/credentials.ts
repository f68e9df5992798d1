/** What a TLS connection to Goldmane needs, read anew for every connection so that renewed files are taken up. */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContext } from 'node:tls'

/** Each of `ca`, `cert` and `key` is the path of a PEM file or the PEM text itself. */
export interface TlsFiles {
  /** Who may have signed the server's certificate; the system's authorities when left out. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  /** The name that the server's certificate must carry, when it is not the host that we dial (port-forwarding). */
  readonly serverName?: string
}

export interface Credentials {
  readonly context: SecureContext
  /** The end of our own certificate's life; null without one. */
  readonly expires: Date | null
}

/** A file that cannot be used, in a sentence. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError'
}

/** Throws {@link CredentialsError}. */
export async function loadCredentials(files: TlsFiles): Promise<Credentials> {
  const [ca, cert, key] = await Promise.all([
    pem('CA certificate', files.ca),
    pem('client certificate', files.cert),
    pem('client key', files.key),
  ])
  const authorities = ca === undefined ? {} : { ca }
  const pair = cert === undefined || key === undefined ? {} : { cert, key }
  try {
    const context = createSecureContext({ ...authorities, ...pair, minVersion: 'TLSv1.2' })
    // A CA that is no certificate is silently ignored by OpenSSL's loader: parsing it says so.
    if (ca !== undefined) void new X509Certificate(ca)
    return { context, expires: cert === undefined ? null : new Date(new X509Certificate(cert).validTo) }
  } catch (error) {
    throw new CredentialsError(explain(error), { cause: error })
  }
}

async function pem(what: string, source: string | undefined): Promise<string | undefined> {
  if (source === undefined || source.includes('-----BEGIN ')) return source
  try {
    const text = await readFile(source, 'utf8')
    if (!text.includes('-----BEGIN ')) throw new CredentialsError(`The ${what} ${source} is not a PEM file`)
    return text
  } catch (error) {
    if (error instanceof CredentialsError) throw error
    throw new CredentialsError(`The ${what} ${source} cannot be read (${codeOf(error)})`, { cause: error })
  }
}

function explain(error: unknown): string {
  const code = codeOf(error)
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH')
    return 'The client key does not belong to the client certificate'
  return `The certificate files cannot be used (${code})`
}

/** The short name that Node gives an error, or its message. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
