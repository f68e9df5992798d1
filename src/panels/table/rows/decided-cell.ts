/** The cell of what decided: tier, policy and rule. */
import { visibleText } from '../../../lib/visible-text.ts'
import type { Row } from '../../../state/client/rows.ts'
import type { CompactTrace } from '../../../trace/ladder/compact-trace.ts'
import { type DecisionMeasures, type DecisionNames, fitDecision } from '../layout/decision-names.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import { type Face, textWidth } from '../layout/text-width.ts'
import { newElement, setClass, setText } from './dom-changes.ts'
import { fittedPorts } from './fitted-ports.ts'
import type { CellInside } from './row-cell.ts'

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

const TIER =
  'flex-none rounded-[4px] border border-line px-1.25 font-mono text-2xs leading-[14px] whitespace-pre text-muted'
const POLICY = 'flex-none text-[11.5px] whitespace-pre'

/** What decided: tier, policy and rule (counted from 1). */
export function newDecidedCell(): CellInside {
  const tierText = new Text()
  const tier = newElement('span', TIER, tierText)
  const policyText = new Text()
  const policy = newElement('code', POLICY, policyText)
  const reasonText = new Text()
  return {
    nodes: [
      newElement('span', 'flex h-[17px] min-w-0 flex-none items-center gap-1', tier, policy),
      newElement('span', 'min-w-0 truncate', reasonText),
    ],
    show: ({ row, look: { layout }, decision }) => {
      const fitted = fittedDecision(decision, layout, row)
      setText(tierText, fitted.tier)
      setClass(tier, fitted.tier === '' ? `${TIER} hidden` : TIER)
      setText(policyText, fitted.policy)
      setClass(policy, decision.known && layout.kind === 'wide' ? `${POLICY} text-ink` : POLICY)
      setText(reasonText, fitted.reason)
    },
  }
}
