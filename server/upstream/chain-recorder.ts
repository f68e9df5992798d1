/** Notes how far one attempt to connect to Goldmane comes, for the page. See src/wire/connection-chain.ts. */
import { isIP } from 'node:net'
import type { PeerCertificate } from 'node:tls'
import {
  CHAIN_STEPS,
  type ChainStep,
  type ChainStepName,
  type ConnectionChain,
  type FailureKind,
  MAX_NAMES,
  type StepFacts,
} from '../../src/wire/connection-chain.ts'
import type { Credentials } from './credentials.ts'

/** The step at which each kind of failure ends an attempt; null for the first one that was not passed. */
const STEP_OF_FAILURE: Readonly<Record<FailureKind, ChainStepName | null>> = {
  'name-not-found': 'name',
  'name-no-answer': 'name',
  'port-refused': 'port',
  'port-no-answer': 'port',
  'port-failed': 'port',
  'ca-file': 'certificate',
  'tls-no-answer': 'certificate',
  'tls-not-spoken': 'certificate',
  'tls-failed': 'certificate',
  'certificate-expired': 'certificate',
  'certificate-not-yet-valid': 'certificate',
  'certificate-name': 'certificate',
  'certificate-ca': 'certificate',
  'certificate-ca-missing': 'certificate',
  'own-files': 'own-certificate',
  'own-missing': 'own-certificate',
  'own-expired': 'own-certificate',
  'own-refused': 'own-certificate',
  'tls-wanted': 'flows',
  'not-grpc': 'flows',
  'too-many-streams': 'flows',
  'not-admitted': 'flows',
  'stream-ended': 'flows',
  silent: 'flows',
  unknown: null,
}

export interface ChainTarget {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  /** The name that Goldmane's certificate must have; empty without TLS. */
  readonly serverName: string
}

/** A DNS name is at most so long (RFC 1035). */
const MAX_NAME_LENGTH = 253

export class ChainRecorder {
  readonly #steps: Map<ChainStepName, ChainStep>

  constructor({ host, port, isSecure, serverName }: ChainTarget) {
    const later = { state: 'not-reached' } as const
    const secured = { state: isSecure ? 'not-reached' : 'not-used' } as const
    this.#steps = new Map<ChainStepName, ChainStep>([
      ['name', { step: 'name', state: isIP(host) === 0 ? 'not-reached' : 'not-used', host }],
      ['port', { step: 'port', ...later, port }],
      [
        'certificate',
        { step: 'certificate', ...secured, ...(serverName === '' ? {} : { expected: serverName }) },
      ],
      ['own-certificate', { step: 'own-certificate', ...secured }],
      ['flows', { step: 'flows', ...later }],
    ])
  }

  onCredentials({ caName, client }: Credentials): void {
    if (caName !== null) this.#note('certificate', { ca: caName })
    if (client === null) this.#set('own-certificate', 'not-used')
    else this.#note('own-certificate', { issuer: client.issuer, expires: client.expiry.getTime() / 1000 })
  }

  onLookup(address: string): void {
    this.#set('name', 'passed', { address })
  }

  /** The TCP connection stands. */
  onConnect(address: string | undefined, milliseconds: number): void {
    // The last one that was tried, where the name has several addresses.
    if (this.#get('name').state !== 'not-used' && address !== undefined) this.#note('name', { address })
    this.#set('port', 'passed', { milliseconds, ...(address === undefined ? {} : { address }) })
  }

  /** Goldmane's certificate has come; it is not checked yet. */
  onCertificate({ subject, subjectaltname, issuer, valid_to: validTo }: Partial<PeerCertificate>): void {
    const expires = Date.parse(validTo ?? '') / 1000
    this.#note('certificate', {
      names: namesOf(subjectaltname, String(subject?.CN ?? '')),
      ...(issuer?.CN === undefined ? {} : { issuer: String(issuer.CN).slice(0, MAX_NAME_LENGTH) }),
      ...(Number.isFinite(expires) ? { expires } : {}),
    })
  }

  onCertificateAccepted(): void {
    this.#set('certificate', 'passed')
  }

  /** The HTTP/2 connection stands, so that Goldmane has accepted our certificate if it wanted one. */
  onSession(): void {
    if (this.#get('own-certificate').state === 'not-reached') this.#set('own-certificate', 'passed')
  }

  /** The chain of an attempt that failed so. May be called again, for another failure on the same connection. */
  chainOf(failure: FailureKind): ConnectionChain {
    const steps = CHAIN_STEPS.map((name) => this.#get(name))
    const failed = STEP_OF_FAILURE[failure] ?? steps.find(({ state }) => state === 'not-reached')?.step
    return {
      failure,
      steps: steps.map((step) => (step.step === failed ? { ...step, state: 'failed' } : step)),
    }
  }

  #get(name: ChainStepName): ChainStep {
    return this.#steps.get(name) ?? { step: name, state: 'not-reached' }
  }

  #note(name: ChainStepName, facts: StepFacts): void {
    this.#steps.set(name, { ...this.#get(name), ...facts })
  }

  #set(name: ChainStepName, state: ChainStep['state'], facts: StepFacts = {}): void {
    this.#steps.set(name, { ...this.#get(name), ...facts, state })
  }
}

/** "DNS:goldmane, IP Address:10.0.0.1" are two names; a certificate without them has the one in its subject. */
function namesOf(alternatives: string | undefined, commonName: string): readonly string[] {
  const names =
    alternatives === undefined
      ? [commonName]
      : alternatives.split(', ').map((name) => name.replace(/^[A-Za-z ]+:/, ''))
  return names.slice(0, MAX_NAMES).map((name) => name.slice(0, MAX_NAME_LENGTH))
}
