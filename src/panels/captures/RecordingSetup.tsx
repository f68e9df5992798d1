import { type ReactNode, useId } from 'react'

import { print } from '../../filter/language/print.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { formatPlural } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import {
  changeRecordingChoices,
  type RecordingChoices,
  useRecordingChoices,
} from '../../state/remembered/recording-choices.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import { Button } from '../../ui/Button.tsx'
import { LimitsChoice } from './LimitsChoice.tsx'
import { RecordingRedactionNote } from './RecordingRedactionNote.tsx'

/** What the next recording takes, and what begins it. */
export function RecordingSetup({ canBegin, onBegin }: { canBegin: boolean; onBegin: () => void }) {
  const { source } = useFlowtrace()
  const choices = useRecordingChoices()
  const filter = useViewPart((view) => view.filter)
  const held = useSnapshot(({ status }) => status.holdings.records)
  if (source.open.kind !== 'live') {
    return (
      <Frame>
        <p className="text-muted">
          A live source can be recorded. What is open now is a capture, which is a file already.
        </p>
      </Frame>
    )
  }
  return (
    <Frame>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h3 className="min-w-0 flex-1 font-semibold">Record {source.name}</h3>
        <Button
          look="primary"
          className="phone:h-11"
          data-first-focus=""
          aria-disabled={!canBegin}
          onClick={() => {
            if (canBegin) onBegin()
          }}
        >
          <span aria-hidden="true" className="size-2 rounded-full bg-surface" />
          Record
        </Button>
      </div>
      <div className="flex flex-col text-xs">
        <Choice
          legend="Records"
          value={choices.what}
          options={[
            ['filtered', filter.kind === 'all' ? 'As filtered (now all)' : 'As filtered'],
            ['all', 'All'],
          ]}
          onChange={(what) => changeRecordingChoices({ what })}
        />
        <Choice
          legend="Time"
          value={choices.from}
          options={[
            ['now', 'From now on'],
            ['held', `With the ${formatPlural(held, 'record')} held`],
          ]}
          onChange={(from) => changeRecordingChoices({ from })}
        />
        <Choice
          legend="Names"
          value={choices.redact}
          options={[
            ['nothing', 'Names as they are'],
            ['names', 'Redact names'],
            ['names-and-labels', 'Names and labels'],
          ]}
          onChange={(redact) => changeRecordingChoices({ redact })}
        />
        <div className={ROW}>
          <span aria-hidden="true" className={LEGEND}>
            Limit
          </span>
          <span className={`${VALUES} text-muted`}>
            <LimitsChoice value={choices} onChange={changeRecordingChoices} />
          </span>
        </div>
      </div>
      {filter.kind === 'all' || choices.what === 'all' ? null : (
        <code className="truncate text-xs text-muted">{print(filter)}</code>
      )}
      {choices.redact === 'nothing' ? null : (
        <RecordingRedactionNote level={choices.redact} filter={choices.what === 'all' ? ALL : filter} />
      )}
    </Frame>
  )
}

/** One choice to a row, with its name before it; its values wrap beside the name. */
const ROW = 'flex border-t border-line-soft py-0.5'
const LEGEND = 'flex h-7 w-16 flex-none items-center font-medium text-muted phone:h-11'
const VALUES = 'flex min-w-0 flex-wrap items-center gap-x-4'

function Frame({ children }: { children: ReactNode }) {
  return (
    <section
      aria-label="New recording"
      className="flex flex-col gap-2 rounded-[10px] border border-line bg-surface p-3.5"
    >
      {children}
    </section>
  )
}

function Choice<Id extends RecordingChoices['what' | 'from' | 'redact']>({
  legend,
  value,
  options,
  onChange,
}: {
  legend: string
  value: Id
  options: readonly (readonly [Id, string])[]
  onChange: (id: Id) => void
}) {
  const name = useId()
  return (
    <fieldset className={ROW}>
      <legend className="sr-only">{legend}</legend>
      {/* A legend cannot stand in a row. */}
      <span aria-hidden="true" className={LEGEND}>
        {legend}
      </span>
      <div className={VALUES}>
        {options.map(([id, title]) => (
          <label key={id} className="flex h-7 items-center gap-1.5 phone:h-11">
            <input
              type="radio"
              name={name}
              checked={id === value}
              onChange={() => onChange(id)}
              className="size-4 accent-accent"
            />
            {title}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
