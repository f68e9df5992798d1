/** Signs a client certificate with the operator's CA, in memory: the key never leaves this process. */
// The certificate library registers its algorithms through this polyfill, which must be loaded before it.
import 'reflect-metadata'
import { createPrivateKey, KeyObject, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'

/** PEM texts. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

/** The CA cannot sign. The message is a sentence without its full stop. */
export class SigningError extends Error {
  override readonly name = 'SigningError'
}

/** Long enough for a day's work; a lost laptop's certificate is soon worth nothing. */
export const LIFETIME_HOURS = 24
/** The cluster's clock may be behind this one. */
const BACKDATED_MS = 5 * 60_000
const HOUR_MS = 3_600_000

const CLIENT_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const

/**
 * Signs a certificate for a client named `flowtrace-kubectl`, valid for 24 hours or until the CA expires. `now` is Unix
 * milliseconds. Throws {@link SigningError} when the CA has expired or its key does not fit.
 */
export async function signClientCertificate(authority: KeyPair, now: number): Promise<KeyPair> {
  const ca = parseAuthority(authority)
  const notAfter = Math.min(now + LIFETIME_HOURS * HOUR_MS, ca.certificate.notAfter.getTime())
  if (notAfter <= now) throw new SigningError('The CA of the operator has expired')
  const { signingKey, signingAlgorithm } = await importSigningKey(ca.key)
  const keys = await webcrypto.subtle.generateKey(CLIENT_ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    subject: 'CN=flowtrace-kubectl',
    // The parsed name and not its text: Go compares the bytes of the two names.
    issuer: ca.certificate.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm,
    notBefore: new Date(Math.max(now - BACKDATED_MS, ca.certificate.notBefore.getTime())),
    notAfter: new Date(notAfter),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ],
  })
  return {
    cert: certificate.toString('pem'),
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function parseAuthority({ cert, key }: KeyPair): { certificate: X509Certificate; key: KeyObject } {
  try {
    // Of a chain the first one, whose key it is.
    const parsed = new NodeCertificate(cert)
    const privateKey = createPrivateKey(key)
    if (parsed.checkPrivateKey(privateKey))
      return { certificate: new X509Certificate(parsed.raw), key: privateKey }
  } catch (error) {
    throw new SigningError('The CA of the operator cannot be read', { cause: error })
  }
  throw new SigningError('The key of the operator’s CA does not belong to its certificate')
}

/** The curves of Node by the names that the Web Crypto API has for them, each with the hash that goes with it. */
const CURVES: Readonly<Record<string, readonly [curve: string, hash: string]>> = {
  prime256v1: ['P-256', 'SHA-256'],
  secp384r1: ['P-384', 'SHA-384'],
  secp521r1: ['P-521', 'SHA-512'],
}

async function importSigningKey(key: KeyObject) {
  const signingAlgorithm = signingAlgorithmOf(key)
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' })
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, signingAlgorithm, false, ['sign'])
  return { signingKey, signingAlgorithm }
}

function signingAlgorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  if (asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const [namedCurve, hash] = CURVES[asymmetricKeyDetails?.namedCurve ?? ''] ?? []
  if (asymmetricKeyType === 'ec' && namedCurve !== undefined && hash !== undefined)
    return { name: 'ECDSA', namedCurve, hash }
  throw new SigningError(
    `The CA of the operator has a key of a kind that is not known (${asymmetricKeyType})`,
  )
}
