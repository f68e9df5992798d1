import { unreachable } from '../../../lib/assert.ts'
import type { FlowKey } from '../../../flows/flow.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import type {
  ExplainedHit,
  PolicyExplanation,
  SaidHit,
  SaidVerdict,
  TraceDifference,
} from '../../../state/policies/use-policies.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { CertaintyTag } from '../statement/CertaintyTag.tsx'

/** What the loaded policies say of the whole flow: whether they fit its record, and what they decide. */
export function LoadedVerdict({
  flowKey,
  explanation,
}: {
  flowKey: Pick<FlowKey, 'action'>
  explanation: PolicyExplanation
}) {
  switch (explanation.is) {
    case 'nothing loaded':
      return null
    case 'unreported':
      return (
        <p className="border-t border-line-soft px-3 py-1.5 text-2xs text-muted">
          The record does not say which end reported it, so the loaded policies cannot be asked about it.
        </p>
      )
    case 'explained': {
      const { differences, says } = explanation
      const unsaid = differences.filter((difference) => !isSaidAtHit(difference, explanation.enforced))
      return (
        <section
          aria-label="By the loaded policies"
          className="border-t border-line-soft px-3 py-1.5 text-2xs"
        >
          {differences.length === 0 ? null : <Differences differences={unsaid} />}
          <Said
            said={says.enforced}
            title="By the loaded policies"
            isRecorded={says.enforced.verdict === flowKey.action && differences.length === 0}
          />
          {says.pending.verdict === says.enforced.verdict ? null : (
            <Said said={says.pending} title="With the staged ones" isRecorded={false} />
          )}
        </section>
      )
    }
    default:
      return unreachable(explanation, 'kind of an explanation')
  }
}

/** Whether an enforced hit, which is always shown above, says the same. */
function isSaidAtHit({ why }: TraceDifference, enforced: readonly ExplainedHit[]): boolean {
  return enforced.some((hit) => hit.is === 'stale' && hit.why === why)
}

const TRACES: Readonly<Record<TraceDifference['stage'], string>> = {
  enforced: 'Enforced hit',
  pending: 'With staged policies, hit',
}

function Differences({ differences }: { differences: readonly TraceDifference[] }) {
  return (
    <div className="mb-1 flex items-baseline gap-1.5 text-staged">
      <Icon name="warning" className="size-3 flex-none translate-y-0.5" />
      <div className="min-w-0">
        <p className="font-medium">The loaded policies differ from those in force then.</p>
        <ul>
          {differences.map(({ stage, hit, why }) => (
            <li key={stage} className="wrap-anywhere">
              {TRACES[stage]} {hit + 1}: {visibleText(why)}.
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

/** The verdict and what decides it; in short where that is what was recorded. */
function Said({ said, title, isRecorded }: { said: SaidVerdict; title: string; isRecorded: boolean }) {
  const { verdict, deciding, missing } = said
  if (verdict === 'unknown') {
    return (
      <div className="text-muted">
        {title} <CertaintyTag certainty="unknown" />
        {missing.length === 0 ? '' : `: ${missing.map((fact) => visibleText(fact)).join('; ')}`}
      </div>
    )
  }
  return (
    <p className="wrap-anywhere text-muted">
      {title}: <span className="text-ink">{isRecorded ? `${verdict}, as recorded` : verdictWords(said)}</span>
      {isRecorded ? null : <Deciding hits={deciding} />} <CertaintyTag certainty="inferred" />
    </p>
  )
}

/** Of one hit its words name the verdict. */
function verdictWords({ verdict, deciding }: SaidVerdict): string {
  return deciding.length === 1 ? '' : verdict
}

function Deciding({ hits }: { hits: readonly SaidHit[] }) {
  if (hits.length === 0) return null
  return (
    <>
      {hits.length === 1 ? '' : ', by one of '}
      {hits.map(({ words, place }, index) => (
        // The list does not change, so an index identifies an entry.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index}>
          {index === 0 ? '' : '; '}
          {visibleText(words)}
          {place === null ? null : (
            <code>
              {' '}
              {visibleText(place.file)}:{place.line}
            </code>
          )}
        </span>
      ))}
    </>
  )
}
