import { useState } from 'react'

import { unreachable } from '../../lib/assert.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import type { PolicyClient } from '../../state/policies/policy-client.ts'
import { type PolicyRunState, usePolicyRun } from '../../state/policies/use-policy-run.ts'
import { useView } from '../../state/view/navigation.ts'
import { useExportedView } from '../../state/view/use-file-export.ts'
import { Button } from '../../ui/Button.tsx'
import { ChangedGroups } from './ChangedGroups.tsx'
import { resultWords } from './result-words.ts'

/** Compares what the loaded policies say of the flows that the filter shows with what was recorded. */
export function PolicyEffects({
  policies,
  refused,
  onOpen,
}: {
  policies: Pick<PolicyClient, 'run'>
  /** How many faults left something out, without which is compared. */
  refused: number
  /** A group is opened on the screen behind. */
  onOpen: () => void
}) {
  const scope = useExportedView()
  const [{ filter, time }] = useView()
  const [isPending, setPending] = useState(false)
  const { state, start, cancel } = usePolicyRun(policies)
  const isRunning = state.step === 'running'
  const shown =
    filter.kind === 'all' && time === null ? 'all flows that are held' : 'the flows that are shown'
  return (
    <section aria-label="Compared with the flows" className="flex flex-col gap-2">
      <h3 className="text-xs font-semibold">Compared with the flows</h3>
      <p>What these policies decide for {shown}, beside the verdicts that were recorded.</p>
      <label className="flex min-h-6 items-center gap-2">
        <input
          type="checkbox"
          className="accent-(--accent)"
          checked={isPending}
          disabled={isRunning}
          onChange={({ target }) => setPending(target.checked)}
        />
        as if staged policies were enforced
      </label>
      <div className="flex min-h-7 items-center gap-3">
        {isRunning ? (
          <Button onClick={cancel}>Cancel</Button>
        ) : (
          <Button
            aria-disabled={scope === null}
            onClick={() => {
              if (scope !== null) void start({ scope, stage: isPending ? 'pending' : 'enforced' })
            }}
          >
            {state.step === 'done' ? 'Compare again' : 'Compare'}
          </Button>
        )}
        <output className="min-w-0 flex-1 text-xs text-muted">{progressWords(state)}</output>
      </div>
      {state.step === 'done' ? (
        <>
          {resultWords(state.result).map((words) => (
            <p key={words}>{words}</p>
          ))}
          {refused === 0 ? null : (
            <p>What was left out for {formatPlural(refused, 'fault')} is not part of this comparison.</p>
          )}
          <ChangedGroups result={state.result} onOpen={onOpen} />
        </>
      ) : null}
    </section>
  )
}

function progressWords(state: PolicyRunState): string {
  switch (state.step) {
    case 'none':
      return ''
    case 'running':
      return state.progress === null
        ? 'Beginning…'
        : `${formatCount(state.progress.done)} of ${formatPlural(state.progress.total, 'key')}`
    case 'done':
      return ''
    case 'failed':
      return state.trouble.say
    default:
      return unreachable(state, 'state of a run')
  }
}
