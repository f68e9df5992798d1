/** The first sentence: verdict, reporting end, source, destination and port. It says nothing of a cause. */
import type { FlowKey } from '../../flows/flow.ts'
import { isFinal } from '../../flows/hit.ts'
import { attemptVerb, destParts, isBareTrace, servicePart, sourceParts } from '../words/phrases.ts'
import { code, inferred, type Parts, recorded, say, type Statement, verdict } from '../words/statement.ts'
import { reportingEnd, unknownText } from '../words/calico-terms.ts'
import { verdictWords } from '../words/verdict-words.ts'

/** `Denied leaving:`, up to the colon. */
function verdictAndEndParts({ action, reporter }: FlowKey): Parts {
  const text = verdictWords(action, reporter)
  switch (reporter) {
    case 'Src':
    case 'Dst':
      return isFinal(action) ? [verdict(`${text}:`)] : [verdict(`${text} at the ${reportingEnd(reporter)}:`)]
    case 'ReporterUnspecified':
      return say`${verdict(text)} (the record does not say at which end):`
    default:
      return say`${verdict(text)} (at an end that we do not know, ${code(unknownText(reporter))}):`
  }
}

/**
 * The headline of a trace without a flow around it. Its verdict is inferred: a flow has the action of its last enforced hit
 * (felix/collector/flowlog/types.go:95-103).
 */
function bareTraceHeadline({ action, reporter }: FlowKey): Statement {
  const untold = 'which names neither the ends, nor the port, nor which end reported it'
  const word = verdict(verdictWords(action, reporter))
  return isFinal(action)
    ? inferred(say`${word}: so says the last enforced hit of this trace, ${untold}.`)
    : { certainty: 'unknown', parts: say`${word}: this is a trace alone, ${untold}.` }
}

/** The verb of an allowed attempt, as far as the reporting end knows: what the other end decided is not in its record. */
function allowedVerb({ reporter }: FlowKey): string {
  if (reporter === 'Src') return 'could leave for'
  return reporter === 'Dst' ? 'could enter' : 'could go on to'
}

/** The headline of a flow: recorded, or unknown when the record has no verdict. */
export function headlineOf(key: FlowKey): Statement {
  const { action } = key
  const source = sourceParts(key)
  const dest = destParts(key)
  const service = servicePart(key)
  if (isBareTrace(key)) return bareTraceHeadline(key)
  switch (action) {
    case 'Deny':
      return recorded(
        say`${verdictAndEndParts(key)} ${source} could not ${attemptVerb(key)} ${service} to ${dest}.`,
      )
    case 'Allow':
      return recorded(say`${verdictAndEndParts(key)} ${service} from ${source} ${allowedVerb(key)} ${dest}.`)
    case 'Pass':
    case 'ActionUnspecified':
    default:
      return {
        certainty: 'unknown',
        parts: say`${verdictAndEndParts(key)} ${source} to ${dest}, ${service}.`,
      }
  }
}
