/** Why a live source is not connected, as the screen and the report say it. */
import { unreachable } from '../../lib/assert.ts'
import { formatAge } from '../../lib/format.ts'
import type { LostSource } from '../../state/client/source-state.ts'
import type { ChainStep, ChainStepName, StepFacts, StepState } from '../../wire/connection-chain.ts'
import { ADVICE, type AdviceKind, isAdviceKind } from './connection-advice.ts'

export interface ShownStep {
  readonly label: string
  readonly state: StepState
  /** What is known of the step, in a few words; empty for nothing. */
  readonly fact: string
}

export interface ConnectionLoss {
  readonly kind: AdviceKind
  readonly headline: string
  /** The cause in words. */
  readonly trouble: LostSource['trouble']
  readonly steps: readonly ShownStep[]
  /** Each with names in backticks. */
  readonly advice: readonly string[]
  /** Unix milliseconds; null where the page alone noticed. */
  readonly since: number | null
  /** Unix milliseconds; null where no attempt is announced. */
  readonly retryAt: number | null
}

/** `now`: Unix seconds. `isOnline`: whether the browser has a network. */
export function describeConnectionLoss(source: LostSource, now: number, isOnline: boolean): ConnectionLoss {
  const { trouble } = source
  const upstream = source.state === 'failed' ? undefined : source.upstream
  const chain = upstream?.chain ?? null
  const kind = chain === null ? kindInBrowser(source, isOnline) : kindOfChain(chain.failure)
  const certificate = chain?.steps.find(({ step }) => step === 'certificate')
  return {
    kind,
    headline: ADVICE[kind].headline,
    trouble,
    steps:
      chain === null
        ? stepsInBrowser(kind, isOnline)
        : chain.steps.map((step) => ({
            label: LABELS[step.step],
            state: step.state,
            fact: factOf(step, now),
          })),
    advice: ADVICE[kind].steps(certificate ?? {}),
    since: upstream?.since ?? null,
    retryAt: source.state === 'reconnecting' ? source.retryAt : null,
  }
}

export const STEP_WORDS: Readonly<Record<StepState, string>> = {
  passed: 'passed',
  failed: 'failed',
  'not-reached': 'not reached',
  'not-used': 'not used',
}

const LABELS: Readonly<Record<ChainStepName, string>> = {
  name: 'Name found',
  port: 'Port open',
  certificate: 'Certificate',
  'own-certificate': 'Own certificate',
  flows: 'Flows',
}

function kindOfChain(failure: string): AdviceKind {
  return isAdviceKind(failure) ? failure : 'unknown'
}

function kindInBrowser({ state, trouble }: LostSource, isOnline: boolean): AdviceKind {
  if (state === 'silent') return 'silent'
  switch (trouble.kind) {
    case 'login':
      return 'login'
    case 'refused':
      return 'refused'
    case 'unsupported':
    case 'bad-data':
      return 'not-grpc-web'
    case 'bug':
      return 'bug'
    case 'offline':
      // Only an answer has a gRPC status.
      if (trouble.code !== undefined) return 'goldmane-away'
      return isOnline ? 'gateway-away' : 'browser-offline'
    default:
      return unreachable(trouble.kind, 'kind of trouble')
  }
}

/** What the browser knows by itself: its network, whether the server answered, and whether that knows who asks. */
function stepsInBrowser(kind: AdviceKind, isOnline: boolean): readonly ShownStep[] {
  const labels = ['Network', 'Flowtrace’s server', 'Login', 'Flows']
  const failed = isOnline ? (FAILED_IN_BROWSER[kind] ?? 3) : 0
  return labels.map((label, at) => ({
    label,
    state: at === failed ? 'failed' : at < failed ? 'passed' : 'not-reached',
    fact: '',
  }))
}

/** The index of the step; Flows for every other kind. */
const FAILED_IN_BROWSER: Readonly<Partial<Record<AdviceKind, number>>> = {
  'browser-offline': 0,
  'gateway-away': 1,
  login: 2,
}

function factOf(step: ChainStep, now: number): string {
  switch (step.step) {
    case 'name':
      return step.state === 'not-used' ? 'an address' : (step.address ?? step.host ?? '')
    case 'port': {
      const time = step.milliseconds === undefined ? '' : `, ${Math.round(step.milliseconds)} ms`
      return step.port === undefined ? '' : `${step.port}${time}`
    }
    case 'certificate':
    case 'own-certificate':
      return expiryOf(step, now)
    case 'flows':
      return ''
    default:
      return unreachable(step.step, 'step')
  }
}

function expiryOf({ expires }: StepFacts, now: number): string {
  if (expires === undefined) return ''
  return expires < now ? `expired ${formatAge(now - expires)} ago` : `for ${formatAge(expires - now)}`
}
