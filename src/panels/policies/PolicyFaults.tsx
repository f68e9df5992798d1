import { formatCount, formatPlural } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { LoadedPolicies } from '../../state/policies/use-policies.ts'
import { CopyButton } from '../../ui/CopyButton.tsx'

type Fault = LoadedPolicies['faults'][number]

const EFFECTS: Readonly<Record<Fault['effect'], string>> = {
  refused: 'left out',
  ignored: 'without an effect',
  unknown: 'not known, and may have an effect',
}

/** What the effects mean, as the panel's legend. */
function countWords({ refused, ignored, unknown }: LoadedPolicies['faultCounts']): string {
  return [
    ...(refused === 0 ? [] : [`${formatCount(refused)} left out`]),
    ...(ignored === 0 ? [] : [`${formatCount(ignored)} without an effect`]),
    ...(unknown === 0 ? [] : [`${formatCount(unknown)} not known`]),
  ].join(', ')
}

function placeText({ place: { file, line, column } }: Fault): string {
  return `${visibleText(file)}:${line}:${column}`
}

function subjectText({ object, path }: Fault): string {
  return visibleText([object, path].filter((part) => part !== '').join(' '))
}

/** A line as compilers print it, which editors find the place by. */
function lineOf(fault: Fault): string {
  const subject = subjectText(fault)
  return `${placeText(fault)}: ${fault.effect}: ${subject === '' ? '' : `${subject}: `}${visibleText(fault.reason)}`
}

/** What is wrong with the files, each with its place and reason; and the kinds that were passed over. */
export function PolicyFaults({
  loaded: { faults, faultCounts, passedOver },
}: {
  loaded: Pick<LoadedPolicies, 'faults' | 'faultCounts' | 'passedOver'>
}) {
  const total = faultCounts.refused + faultCounts.ignored + faultCounts.unknown
  const more = total - faults.length
  const moreWords = more > 0 ? `and ${formatPlural(more, 'more', 'more')}, not listed` : null
  return (
    <>
      {total === 0 ? null : (
        <section aria-label="Faults" className="flex flex-col gap-1.5">
          <div className="flex items-center gap-2">
            <h3 className="flex-1 text-xs font-semibold">
              {formatPlural(total, 'fault')} <span className="font-normal">({countWords(faultCounts)})</span>
            </h3>
            <CopyButton
              label="Copy"
              note="all faults"
              text={() => [...faults.map(lineOf), ...(moreWords === null ? [] : [moreWords])].join('\n')}
            />
          </div>
          {/* It takes the focus, so that it scrolls by keys. */}
          <ol
            aria-label="List of faults"
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            className="max-h-36 overflow-y-auto rounded-[8px] border border-line text-xs"
          >
            {faults.map((fault, index) => (
              // The list does not change, so an index identifies an entry.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={index} className="border-line-soft px-3 py-1.5 not-first:border-t">
                <code className="font-medium break-all">{placeText(fault)}</code>{' '}
                <span className={fault.effect === 'refused' ? 'text-deny' : 'text-staged'}>
                  {EFFECTS[fault.effect]}
                </span>
                <p className="break-words">
                  {subjectText(fault) === '' ? null : (
                    <span className="text-muted">{subjectText(fault)}: </span>
                  )}
                  {visibleText(fault.reason)}
                </p>
              </li>
            ))}
          </ol>
          {moreWords === null ? null : <p className="text-xs text-muted">{moreWords}</p>}
        </section>
      )}
      {passedOver.length === 0 ? null : (
        <p className="text-xs break-words text-muted">
          Not read: {passedOver.map(({ reason }) => visibleText(reason)).join('; ')}.
        </p>
      )}
    </>
  )
}
