/** Generates certificates for tests of mutual TLS. */
// The certificate library registers its algorithms through this polyfill, which must be loaded before it.
import 'reflect-metadata'
import { KeyObject, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  type X509Certificate,
} from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 86_400_000

export interface CertificatePair {
  /** PEM. */
  readonly cert: string
  /** PEM, PKCS #8. */
  readonly key: string
}

export interface Authority {
  /** PEM. */
  readonly ca: string
  /** The CA's key, PEM, PKCS #8. */
  readonly key: string
  /** A certificate for a server of that DNS name or IP address. */
  server(name: string, life?: Lifetime): Promise<CertificatePair>
  client(life?: Lifetime): Promise<CertificatePair>
}

export interface Lifetime {
  /** Milliseconds from now; negative for a certificate that has expired. */
  readonly endsIn: number
}

export async function createAuthority(name: string): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - 30 * DAY),
    notAfter: new Date(Date.now() + 30 * DAY),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  const sign = (subject: string, extensions: readonly Extension[], life: Lifetime) =>
    issue(authority, keys.privateKey, subject, extensions, life)
  return {
    ca: authority.toString('pem'),
    key: exportKey(keys.privateKey),
    server: (host, life = { endsIn: DAY }) =>
      sign(
        host,
        [
          new SubjectAlternativeNameExtension([{ type: isIP(host) === 0 ? 'dns' : 'ip', value: host }]),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
        ],
        life,
      ),
    client: (life = { endsIn: DAY }) =>
      sign('flowtrace', [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])], life),
  }
}

type Extension = SubjectAlternativeNameExtension | ExtendedKeyUsageExtension

async function issue(
  authority: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  subject: string,
  extensions: readonly Extension[],
  life: Lifetime,
): Promise<CertificatePair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${subject}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - 20 * DAY),
    notAfter: new Date(Date.now() + life.endsIn),
    extensions: [...extensions],
  })
  return {
    cert: certificate.toString('pem'),
    key: exportKey(keys.privateKey),
  }
}

function exportKey(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** What a connection by mutual TLS is tested with: a CA and certificates that it signed, and a CA that signed none of them. */
export interface TestPki {
  readonly authority: Authority
  readonly stranger: Authority
  readonly server: CertificatePair
  readonly client: CertificatePair
}

/** `serverName` is the DNS name or IP address in the server's certificate. */
export async function createPki(serverName: string): Promise<TestPki> {
  const authority = await createAuthority('operator CA')
  return {
    authority,
    stranger: await createAuthority('another CA'),
    server: await authority.server(serverName),
    client: await authority.client(),
  }
}
