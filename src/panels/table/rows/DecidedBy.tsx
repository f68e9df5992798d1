/** The cell of what decided: tier, policy and rule. */
import { useMemo } from 'react'

import { visibleText } from '../../../lib/visible-text.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { CompactTrace } from '../../../trace/ladder/compact-trace.ts'
import { type DecisionMeasures, type DecisionNames, fitDecision } from '../layout/decision-names.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import { type Face, textWidth } from '../layout/text-width.ts'
import { fittedPorts } from './fitted-ports.ts'
import { useRowLook } from './row-look.ts'
import type { FlowCell } from './table-features.ts'

/** A policy's name beside its tier, without the tier as prefix, which Calico's own policies have. */
function nameInTier(name: string, tier: string): string {
  const prefix = `${tier}.`
  return tier !== 'default' && name.startsWith(prefix) && name.length > prefix.length
    ? name.slice(prefix.length)
    : name
}

/** Pixels: a tier's padding and border with the gap after it, and the gap before the reason. */
const TIER_FRAME = 16
const REASON_GAP = 6
/** Between the ports and what decided, which share the third line of a phone. */
const PHONE_GAP = 8

function framed(face: Face, frame: number): (text: string) => number {
  // A pixel more than measured, so that a rounded box does not cut what fits.
  return (text) => (text === '' ? 0 : textWidth(text, face) + frame + 1)
}

const MEASURES: DecisionMeasures = {
  tier: framed('tier', TIER_FRAME),
  policy: framed('mono', 0),
  reason: framed('reason', REASON_GAP),
}

/** What decided, in the room of the layout. A phone shows no tier; a column of its own has a second line for the reason. */
function fittedDecision({ tier, policy, at }: CompactTrace, layout: TableLayout, row: Row): DecisionNames {
  const { kind, decidedWidth } = layout
  const isPhone = kind === 'phone'
  const fitted = fitDecision(
    {
      tier: isPhone ? '' : tier,
      policy: policy === null ? '' : visibleText(nameInTier(policy.name, tier)),
    },
    // `no rule allowed it`, or in short `no rule`.
    kind === 'wide' ? [''] : [at, at.replace(/^(no rule) .*/, '$1')],
    decidedWidth - (isPhone ? fittedPorts(row, layout).width + PHONE_GAP : 0),
    MEASURES,
  )
  return kind === 'wide' ? { ...fitted, reason: at } : fitted
}

/** What decided: tier, policy and rule (counted from 1). */
export function DecidedBy({ row: { original: row } }: FlowCell) {
  const { layout, decision } = useRowLook()
  const { tier, policy, reason } = useMemo(
    () => fittedDecision(decision, layout, row),
    [decision, layout, row],
  )
  return (
    <>
      <span className="flex h-[17px] min-w-0 flex-none items-center gap-1">
        <span
          className={`flex-none rounded-[4px] border border-line px-1.25 font-mono text-2xs leading-[14px] whitespace-pre text-muted ${tier === '' ? 'hidden' : ''}`}
        >
          {tier}
        </span>
        <code
          className={`flex-none text-[11.5px] whitespace-pre ${decision.known && layout.kind === 'wide' ? 'text-ink' : ''}`}
        >
          {policy}
        </code>
      </span>
      <span className="min-w-0 truncate">{reason}</span>
    </>
  )
}
