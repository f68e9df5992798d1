import { visibleLines, visibleText } from '../../lib/visible-text.ts'
import { formatTime } from '../../lib/format.ts'
import { objectName } from '../../policy/lint/finding.ts'
import { ruleName, tracelessWords } from '../../policy/usage/usage-words.ts'
import { describeAction } from '../../state/action-words.ts'
import type { UsageReport } from '../../state/policies/use-policies.ts'
import { HATCHED } from '../../ui/hatched.ts'
import { VerdictBadge } from '../../ui/VerdictBadge.tsx'

type UnhitPolicy = UsageReport['listed'][number]
type UnhitRule = UnhitPolicy['rules'][number]

/** Policies with those of their rules that were not hit, or of which no hit tells; each rule opens its text. */
export function UnhitPolicies({
  name,
  policies,
  from,
}: {
  name: string
  policies: readonly UnhitPolicy[]
  /** The start of the time that was asked for. */
  from: number
}) {
  return (
    <ul aria-label={name} className="rounded-[8px] border border-line">
      {policies.map((each) => (
        <li
          key={`${each.policy.kind} ${each.policy.namespace}/${each.policy.name}`}
          className="border-line-soft px-3 py-1.5 not-first:border-t"
        >
          <p className="break-words">
            <code className="text-xs">{visibleText(objectName(each.policy))}</code>{' '}
            <span className="text-xs text-muted">{policyWords(each)}</span>
          </p>
          {historyWords(each, from).map((words) => (
            <p key={words} className="text-xs text-muted">
              {words}
            </p>
          ))}
          {each.rules.map((rule) => (
            <UnhitRuleText key={ruleName(rule)} rule={rule} />
          ))}
        </li>
      ))}
    </ul>
  )
}

function policyWords({ policy, isStaged, isUnused, rules }: UnhitPolicy): string {
  return [
    `tier ${visibleText(policy.tier)}`,
    ...(isStaged ? ['staged'] : []),
    ...(isUnused && rules.some(({ traceless }) => traceless === null) ? ['no rule of it was hit'] : []),
  ].join(' · ')
}

function historyWords({ since, stale }: UnhitPolicy, from: number): readonly string[] {
  return [
    ...(since === null || since <= from
      ? []
      : [`In force as it is only since ${formatTime(since)}: what was before does not count.`]),
    ...(stale === null
      ? []
      : [`Hits that fit none of its rules as they are now: the last one by ${formatTime(stale.last)}.`]),
  ]
}

function UnhitRuleText({ rule }: { rule: UnhitRule }) {
  const { action, traceless, written } = rule
  const { place, text } = written
  return (
    <details className="text-xs">
      <summary className="min-h-6 cursor-pointer py-0.5 break-words phone:min-h-11 phone:py-2.5">
        {ruleName(rule)} <Action action={action} />{' '}
        {traceless === null ? null : (
          <span className="rounded-[4px] border border-line px-1 text-2xs text-muted" style={HATCHED}>
            not known
          </span>
        )}{' '}
        <code className="text-2xs text-muted">
          {visibleText(place.file)}:{place.line}
        </code>
      </summary>
      {traceless === null ? null : (
        <p className="text-muted">Not known, because {tracelessWords(traceless)}.</p>
      )}
      <pre
        aria-label="Rule as written"
        className="my-1 rounded-[6px] border border-line-soft bg-page px-2 py-1 font-mono text-2xs leading-snug whitespace-pre-wrap wrap-anywhere"
      >
        {visibleLines(text).join('\n')}
      </pre>
    </details>
  )
}

function Action({ action }: Pick<UnhitRule, 'action'>) {
  if (action === 'Log') return 'Log'
  return (
    // The icon would lift the word above the line.
    <span className="inline-block translate-y-1">
      <VerdictBadge {...describeAction(action)} />
    </span>
  )
}
