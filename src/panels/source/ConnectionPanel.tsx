import { formatAge, formatClock, formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { commands } from '../../state/commands/commands.ts'
import { askForLogin } from '../../state/session/login-state.ts'
import { useNow } from '../../state/use-now.ts'
import type { StepState } from '../../wire/connection-chain.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyButton } from '../../ui/CopyButton.tsx'
import { Icon } from '../../ui/Icon.tsx'
import type { IconName } from '../../ui/icon-paths.ts'
import { RichText, type TextPart } from '../../ui/RichText.tsx'
import { MAY_HAVE_RESTARTED } from './connection-advice.ts'
import { type ConnectionLoss, type ShownStep, STEP_WORDS } from './connection-loss.ts'
import { printReport } from './connection-report.ts'
import { TroubleDetail } from './TroubleDetail.tsx'
import { TryNow } from './TryNow.tsx'

/** Seconds: what Goldmane holds. */
const HOUR_S = 3600

/** How far the connection came, what to do, and what still works. `since`: Unix seconds. */
export function ConnectionPanel({ loss, since }: { loss: ConnectionLoss; since: number }) {
  return (
    <div className="grid min-w-0 gap-3">
      <div>
        <h2 className="flex items-start gap-2.5 text-lg font-semibold">
          <Icon name="warning" className="mt-1 size-4 text-deny" /> {loss.headline}
        </h2>
        <p className="pl-6.5 text-muted [overflow-wrap:anywhere]">
          {loss.trouble.say} <TroubleDetail trouble={loss.trouble} />
        </p>
      </div>
      <Chain steps={loss.steps} />
      <section
        aria-label="What to do"
        className="rounded-[10px] border border-line bg-page p-3.5 [overflow-wrap:anywhere]"
      >
        <h3 className="font-semibold">What to do</h3>
        <ol className="mt-1.5 grid list-decimal gap-1 pl-5">
          {loss.advice.map((step) => (
            <li key={step}>
              <RichText parts={partsOf(step)} />
            </li>
          ))}
        </ol>
        <Actions loss={loss} since={since} />
      </section>
      <StillHere loss={loss} since={since} />
    </div>
  )
}

const SIGNS: Readonly<Record<StepState, { icon: IconName; colours: string }>> = {
  passed: { icon: 'allow', colours: '' },
  failed: { icon: 'deny', colours: 'bg-deny-soft font-semibold text-deny' },
  'not-reached': { icon: 'none', colours: 'text-muted' },
  'not-used': { icon: 'none', colours: 'text-muted' },
}

function Chain({ steps }: { steps: readonly ShownStep[] }) {
  return (
    <ol
      aria-label="How far the connection came"
      className="flex flex-wrap overflow-hidden rounded-[8px] border border-line bg-surface text-xs max-sm:flex-col"
    >
      {steps.map(({ label, state, fact }) => {
        const { icon, colours } = SIGNS[state]
        return (
          <li
            key={label}
            className={`-mr-px flex flex-auto items-center gap-2 border-r border-line px-2.5 py-1.5 max-sm:border-b ${colours}`}
          >
            <Icon name={icon} className={`size-3.5 ${state === 'passed' ? 'text-allow' : ''}`} />
            <span>
              {label} <span className="sr-only">{STEP_WORDS[state]}</span>
              {fact === '' ? null : <span className="font-mono text-[0.92em] font-normal">{fact}</span>}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

function Actions({ loss, since }: { loss: ConnectionLoss; since: number }) {
  const { client, source } = useFlowtrace()
  const report = () => {
    const { holdings, source: state } = client.snapshot().status
    const now = Math.floor(Date.now() / 1000)
    return printReport(loss, { sourceName: source.name, state: state.state, since, now, holdings })
  }
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      {loss.kind === 'login' ? (
        <Button look="primary" onClick={() => askForLogin('asked')}>
          Log in…
        </Button>
      ) : null}
      <TryNow look={loss.kind === 'login' ? 'outline' : 'primary'} />
      <CopyButton label="Copy the report" text={report} />
      <span className="flex-1" />
      <Countdown until={loss.retryAt} />
    </div>
  )
}

/** Seconds until the next attempt. Hidden from screen readers, which would announce it every second. */
export function Countdown({ until }: { until: number | null }) {
  const now = useNow()
  if (until === null) return null
  const left = Math.ceil(until / 1000 - now)
  return (
    <span className="text-muted" aria-hidden="true">
      {left > 0 ? `tries again in ${formatAge(left)}` : 'trying…'}
    </span>
  )
}

function StillHere({ loss, since }: { loss: ConnectionLoss; since: number }) {
  const { records, newest } = useSnapshot(({ status }) => status.holdings)
  const now = useNow()
  const open = (
    <button
      type="button"
      className="rounded-sm text-accent hover:underline"
      onClick={() => commands.request('capture.open')}
    >
      captures
    </button>
  )
  if (records === 0)
    return <p className="text-xs text-muted">Still here: {open}, which need no connection.</p>
  const upTo = newest === null ? '' : ` up to ${formatClock(newest)}`
  return (
    <p className="text-xs text-muted">
      Still here: {formatPlural(records, 'record')}
      {upTo}, {open}. {gapSentence(loss, now - since)}
    </p>
  )
}

/** Whether what is missed meanwhile comes later. Goldmane keeps an hour, in memory. */
function gapSentence({ kind }: ConnectionLoss, seconds: number): string {
  if (seconds >= HOUR_S) return 'The gap is longer than the hour that Goldmane keeps: its begin is lost.'
  if (MAY_HAVE_RESTARTED.has(kind))
    return 'The gap is filled if it lasts under an hour, unless Goldmane starts anew: then it has lost its hour.'
  return 'The gap is filled if it lasts under an hour.'
}

/** The parts of a sentence whose names stand in backticks. */
function partsOf(text: string): readonly TextPart[] {
  return text.split('`').map((part, at) => ({ text: part, role: at % 2 === 0 ? 'plain' : 'code' }))
}
