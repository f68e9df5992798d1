/** Makes a certificate for this server in memory, for those who have none: browsers warn of it once. */
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
} from '@peculiar/x509'
import type { ServingCertificate } from './http-server.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000
/** Browsers refuse a certificate of more than 398 days. */
const LIFE_MS = 397 * DAY_MS
/** For a browser whose clock is behind. */
const BACKDATED_MS = DAY_MS

/** @param names Host names and addresses, beside those of the loopback. */
export async function makeSelfSigned(names: readonly string[]): Promise<ServingCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const hosts = [...new Set(['localhost', '127.0.0.1', '::1', ...names])]
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Flowtrace',
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - BACKDATED_MS),
    notAfter: new Date(Date.now() - BACKDATED_MS + LIFE_MS),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        hosts.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
    ],
  })
  return {
    cert: certificate.toString('pem'),
    key: KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
