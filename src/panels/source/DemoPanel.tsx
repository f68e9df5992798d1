import type { RefObject } from 'react'

import { DEMO_STEPS } from '../../demo/demo-step.ts'
import { parse } from '../../filter/language/parse-query.ts'
import { formatClock } from '../../lib/format.ts'
import { useClusterNow } from '../../state/client/source-status.ts'
import { type DemoState, useDemoPolicies } from '../../state/goldmane/use-demo-policies.ts'
import { navigate } from '../../state/view/navigation.ts'
import { Button } from '../../ui/Button.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'

/** Seconds from the start of a bucket until Goldmane sends it: it is complete after 15 s, and goes out one bucket later. */
const STREAM_DELAY_S = 30

/** The steps of the demo's story: which one is in force, what to look for, and the way to another. */
export function DemoPanel({
  anchor,
  open,
  onOpenChange,
}: {
  anchor: RefObject<HTMLElement | null>
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  return (
    <PopoverPanel title="Policies of the demo" anchor={anchor} open={open} onOpenChange={onOpenChange}>
      <DemoSteps onShow={() => onOpenChange(false)} />
    </PopoverPanel>
  )
}

function DemoSteps({ onShow }: { onShow: () => void }) {
  const { state, choosing, failure, choose } = useDemoPolicies()
  const show = (query: string) => {
    const parsed = parse(query)
    if (parsed.ok) navigate({ filter: parsed.expression, screen: 'flows' })
    onShow()
  }
  return (
    <div className="w-[36rem] max-w-full p-4">
      <h2 className="text-sm font-semibold">Policies of the demo</h2>
      <p className="mt-0.5 text-xs text-muted">
        The demo is one cluster for everybody who looks at this server. A choice counts from the next 15 s on;
        what was recorded before keeps its verdicts.
      </p>
      {/* One line, whatever it says, so that no step moves under the pointer. */}
      <p role="status" className="mt-2 h-4 truncate text-xs font-medium">
        {failure === null ? (
          state && <InForce state={state} />
        ) : (
          <span className="text-deny" title={failure}>
            {failure}
          </span>
        )}
      </p>
      <ul aria-label="Steps of the story" className="mt-2 grid gap-0.5">
        {DEMO_STEPS.map(({ name, title, look, query }) => {
          const isChosen = (choosing ?? state?.step) === name
          return (
            <li
              key={name}
              className={`flex items-start gap-2 rounded-md px-2 py-1.5 ${isChosen ? 'bg-selected' : 'hover:bg-sunken'}`}
            >
              <button
                type="button"
                aria-pressed={isChosen}
                aria-labelledby={`demo-step-${name}`}
                aria-describedby={`demo-look-${name}`}
                className="flex min-w-0 flex-1 items-start gap-2 rounded-sm text-left"
                onClick={() => choose(name)}
              >
                <span
                  aria-hidden="true"
                  className={`mt-1 size-3 flex-none rounded-full ${isChosen ? 'border-4 border-accent' : 'border border-edge'}`}
                />
                <span className="min-w-0">
                  <span id={`demo-step-${name}`} className="font-medium">
                    {title}
                  </span>{' '}
                  <span id={`demo-look-${name}`} className="block text-xs text-muted">
                    {look}
                  </span>
                </span>
              </button>
              <Button
                look="quiet"
                aria-label={`Show the flows of: ${title}`}
                title={query}
                onClick={() => show(query)}
              >
                Show
              </Button>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** Since when, and from when on it is seen. */
function InForce({ state: { step, from } }: { state: DemoState }) {
  const now = useClusterNow()
  const title = DEMO_STEPS.find(({ name }) => name === step)?.title ?? step
  return (
    <>
      <span className="sr-only">{title}: </span>
      {from === null ? 'In force since the demo began' : inForceWords(from, now)}
    </>
  )
}

function inForceWords(from: number, now: number): string {
  const seenFrom = from + STREAM_DELAY_S
  if (now >= seenFrom) return `In force since ${formatClock(from)}`
  return `In force from ${formatClock(from)}, seen here from ${formatClock(seenFrom)}`
}
