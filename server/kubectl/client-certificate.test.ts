// The certificate library registers its algorithms through this polyfill, which must be loaded before it.
import 'reflect-metadata'
import { KeyObject, webcrypto, X509Certificate as NodeCertificate } from 'node:crypto'
import {
  BasicConstraintsExtension,
  type JsonName,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { describe, expect, test } from 'vitest'
import { type KeyPair, signClientCertificate } from './client-certificate.ts'

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
}
const NOW = Date.UTC(2026, 10, 28)
const DAY = 86_400_000

type KeyAlgorithm = typeof RSA | { readonly name: string; readonly namedCurve?: string }

interface AuthorityOptions {
  /** The ASN.1 type of the CA's name. */
  readonly nameType?: 'utf8String' | 'printableString'
  readonly endsIn?: number
  /** Of the key's PEM; the operator's library writes RSA keys as PKCS #1. */
  readonly type?: 'pkcs1' | 'pkcs8' | 'sec1'
}

async function authority(
  algorithm: KeyAlgorithm,
  { nameType = 'utf8String', endsIn = 365 * DAY, type = 'pkcs8' }: AuthorityOptions = {},
): Promise<KeyPair> {
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair
  // The library takes the ASN.1 type of a name's part, but its types leave that out.
  const name = [{ CN: [{ [nameType]: 'operator' }] }] as unknown as JsonName
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: { ...algorithm, hash: 'SHA-256' },
    notBefore: new Date(NOW - DAY),
    notAfter: new Date(NOW + endsIn),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  })
  const key = KeyObject.from(keys.privateKey)
  const pem = type === 'pkcs1' ? key.export({ type, format: 'pem' }) : key.export({ type, format: 'pem' })
  return { cert: certificate.toString('pem'), key: pem.toString() }
}

describe('a signed certificate', () => {
  test.each<[string, () => Promise<KeyPair>]>([
    ['RSA, PKCS #1', () => authority(RSA, { type: 'pkcs1' })],
    ['RSA, PKCS #8', () => authority(RSA)],
    ['P-256, SEC 1', () => authority({ name: 'ECDSA', namedCurve: 'P-256' }, { type: 'sec1' })],
    ['P-384', () => authority({ name: 'ECDSA', namedCurve: 'P-384' })],
    ['P-521', () => authority({ name: 'ECDSA', namedCurve: 'P-521' })],
  ])('is one of its CA with a key of %s, for clients alone', async (_, create) => {
    const ca = await create()
    const signed = new NodeCertificate((await signClientCertificate(ca, NOW)).cert)
    const parsed = new NodeCertificate(ca.cert)
    expect(signed.checkIssued(parsed)).toBe(true)
    expect(signed.verify(parsed.publicKey)).toBe(true)
    expect(signed.ca).toBe(false)
    expect(signed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  })

  test.each(['utf8String', 'printableString'] as const)(
    'has the very bytes of the CA’s name, a %s, as its issuer',
    async (kind) => {
      const ca = await authority(RSA, { nameType: kind })
      const { raw } = new NodeCertificate(ca.cert)
      const name = Buffer.from(new X509Certificate(ca.cert).subjectName.toArrayBuffer())
      expect(raw.includes(name)).toBe(true)
      expect(new NodeCertificate((await signClientCertificate(ca, NOW)).cert).raw.includes(name)).toBe(true)
    },
  )

  test('has its own key, and is valid for a day, also on a clock that is a little behind', async () => {
    const { cert, key } = await signClientCertificate(await authority(RSA), NOW)
    const signed = new X509Certificate(cert)
    expect(new NodeCertificate(cert).checkPrivateKey(KeyObject.from(await importKey(key)))).toBe(true)
    expect(signed.notAfter.getTime()).toBe(NOW + DAY)
    expect(signed.notBefore.getTime()).toBe(NOW - 5 * 60_000)
  })

  test('does not outlive its CA', async () => {
    const ca = await authority(RSA, { endsIn: 3_600_000 })
    const signed = new X509Certificate((await signClientCertificate(ca, NOW)).cert)
    expect(signed.notAfter.getTime()).toBe(NOW + 3_600_000)
  })
})

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(pem.replaceAll(/-----.*?-----|\s/g, ''), 'base64')
  return webcrypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign'])
}

describe('a CA cannot sign', () => {
  test('when it has expired', async () => {
    const ca = await authority(RSA, { endsIn: -1000 })
    await expect(signClientCertificate(ca, NOW)).rejects.toThrow('has expired')
  })

  test('when the key is not its own', async () => {
    const [{ cert }, { key }] = [await authority(RSA), await authority(RSA)]
    await expect(signClientCertificate({ cert, key }, NOW)).rejects.toThrow('does not belong')
  })

  test('when it cannot be read', async () => {
    const { cert } = await authority(RSA)
    await expect(signClientCertificate({ cert, key: 'no key' }, NOW)).rejects.toThrow('cannot be read')
  })

  test('when its key is of another kind', async () => {
    const ca = await authority({ name: 'Ed25519' })
    await expect(signClientCertificate(ca, NOW)).rejects.toThrow('not known (ed25519)')
  })
})
