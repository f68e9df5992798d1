/** Loads the certificates for TLS to Goldmane, again for every connection, so that renewed files are used. */
import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import { errorCode } from '../lib/error-code.ts'
import { isPemText, readPemFile } from '../lib/pem-file.ts'
import { nameInSubject } from './certificate-name.ts'

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
  /** The name of the CA that was given; null where the system's are used. */
  readonly caName: string | null
  /** Null without a client certificate. */
  readonly client: { readonly issuer: string; readonly expiry: Date } | null
}

/** Which files are at fault: the CA's, or those of the client certificate. */
type CredentialsFault = 'ca-file' | 'own-files'

/**
 * A certificate file cannot be used. The message is a sentence for the reader of the screen, who may be anybody: it does
 * not say where the file is.
 */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError'
  readonly fault: CredentialsFault
  /** The message with the path of the file, for the log and the command line. */
  readonly withPath: string

  constructor(
    message: string,
    fault: CredentialsFault,
    { withPath = message, ...options }: ErrorOptions & { readonly withPath?: string },
  ) {
    super(message, options)
    this.fault = fault
    this.withPath = withPath
  }
}

/** The words of an error for the log, which may say where a file is. */
export function describeForLog(error: unknown): string {
  if (error instanceof CredentialsError) return error.withPath
  return error instanceof Error ? error.message : String(error)
}

/** Throws {@link CredentialsError}. */
export async function loadCredentials(files: TlsFiles): Promise<Credentials> {
  const [ca, cert, key] = await Promise.all([
    readPem('CA certificate', files.ca, 'ca-file'),
    readPem('client certificate', files.cert, 'own-files'),
    readPem('client key', files.key, 'own-files'),
  ])
  // OpenSSL ignores a CA file without a certificate in it; parsing it throws.
  const caName =
    ca === undefined ? null : tryTo('ca-file', () => nameInSubject(new X509Certificate(ca).subject))
  const pair = cert === undefined || key === undefined ? {} : { cert, key }
  return tryTo('own-files', () => ({
    context: createSecureContext({ ...(ca === undefined ? {} : { ca }), ...pair, minVersion: 'TLSv1.2' }),
    caName,
    client: cert === undefined ? null : describe(new X509Certificate(cert)),
  }))
}

async function readPem(
  what: string,
  source: string | undefined,
  fault: CredentialsFault,
): Promise<string | undefined> {
  if (source === undefined || isPemText(source)) return source
  return readPemFile(
    what,
    source,
    (withPath, { withoutPath, ...options }) =>
      new CredentialsError(withoutPath, fault, { withPath, ...options }),
  )
}

function describe({ issuer, validTo }: X509Certificate): NonNullable<Credentials['client']> {
  return { issuer: nameInSubject(issuer), expiry: new Date(validTo) }
}

function tryTo<T>(fault: CredentialsFault, load: () => T): T {
  try {
    return load()
  } catch (cause) {
    throw new CredentialsError(explainCredentialsError(cause), fault, { cause })
  }
}

function explainCredentialsError(error: unknown): string {
  const code = errorCode(error)
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH')
    return 'The client key does not belong to the client certificate'
  return `The certificate files cannot be used (${code})`
}
