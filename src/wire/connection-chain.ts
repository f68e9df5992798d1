/**
 * How far the gateway's last attempt to get flows from Goldmane came, step by step. A part of a freshness message
 * ({@link Freshness}), so that the page can show which step failed and say what to do.
 *
 * It names hosts, addresses and what certificates say of themselves, and never a file of the gateway nor its content.
 */
import { isObject } from '../lib/is-object.ts'

/** The steps in their order. `certificate` is Goldmane's, `own-certificate` the gateway's client certificate. */
export const CHAIN_STEPS = ['name', 'port', 'certificate', 'own-certificate', 'flows'] as const
export type ChainStepName = (typeof CHAIN_STEPS)[number]

/** `not-used`: this connection does not need the step, as the name where an address was given. */
export const STEP_STATES = ['passed', 'failed', 'not-reached', 'not-used'] as const
export type StepState = (typeof STEP_STATES)[number]

/** What went wrong, for programs; the words are the cause of the freshness message. */
export type FailureKind =
  // name
  | 'name-not-found'
  | 'name-no-answer'
  // port
  | 'port-refused'
  | 'port-no-answer'
  | 'port-failed'
  // certificate
  | 'ca-file'
  | 'tls-no-answer'
  | 'tls-not-spoken'
  | 'tls-failed'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-name'
  | 'certificate-ca'
  | 'certificate-ca-missing'
  // own-certificate
  | 'own-files'
  | 'own-missing'
  | 'own-expired'
  | 'own-refused'
  // flows
  | 'tls-wanted'
  | 'not-grpc'
  | 'too-many-streams'
  | 'not-admitted'
  | 'stream-ended'
  | 'silent'
  // any step
  | 'unknown'

/** What is known of a step; which members there are depends on the step and on how far it came. */
export interface StepFacts {
  /** name: what was looked up. */
  readonly host?: string
  /** name, port: the IP address. */
  readonly address?: string
  readonly port?: number
  /** port: how long the TCP connection took. */
  readonly milliseconds?: number
  /** certificate: the name that it must have. */
  readonly expected?: string
  /** certificate: the first names that it has, at most {@link MAX_NAMES}. */
  readonly names?: readonly string[]
  /** Both certificates: who signed it. */
  readonly issuer?: string
  /** certificate: the CA that was given. */
  readonly ca?: string
  /** Both certificates: until when it is valid, Unix seconds. */
  readonly expires?: number
}

export interface ChainStep extends StepFacts {
  readonly step: ChainStepName
  readonly state: StepState
}

export interface ConnectionChain {
  /** A {@link FailureKind}; a newer gateway may know others. */
  readonly failure: string
  /** Each of {@link CHAIN_STEPS} once, in that order. */
  readonly steps: readonly ChainStep[]
}

export const MAX_NAMES = 5

/** Whether a value read from JSON is a chain. By hand, as the rest of the freshness message. */
export function isChain(value: unknown): value is ConnectionChain {
  if (!isObject(value) || typeof value['failure'] !== 'string') return false
  const { steps } = value
  return (
    Array.isArray(steps) &&
    steps.length === CHAIN_STEPS.length &&
    steps.every((step, at) => isObject(step) && step['step'] === CHAIN_STEPS[at] && isStep(step))
  )
}

function isStep(step: Readonly<Record<string, unknown>>): boolean {
  const { names } = step
  return (
    STEP_STATES.some((state) => state === step['state']) &&
    ['host', 'address', 'expected', 'issuer', 'ca'].every((fact) => isOptional(step[fact], 'string')) &&
    ['port', 'milliseconds', 'expires'].every((fact) => isOptional(step[fact], 'number')) &&
    (names === undefined || (Array.isArray(names) && names.every((name) => typeof name === 'string')))
  )
}

function isOptional(value: unknown, type: 'string' | 'number'): boolean {
  return value === undefined || typeof value === type
}
