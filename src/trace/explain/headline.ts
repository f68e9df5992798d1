/** The first sentence: verdict, reporting end, source, destination and port. It says nothing of a cause. */
import type { FlowKey } from '../../flows/flow.ts'
import { attemptVerb, destParts, servicePart, sourceParts } from '../words/phrases.ts'
import { code, type Parts, recorded, say, type Statement, verdict } from '../words/statement.ts'
import { unknownText } from '../words/calico-terms.ts'

/** `Denied at the source:`, up to the colon. */
function verdictAndEndParts(text: string, { reporter }: FlowKey): Parts {
  switch (reporter) {
    case 'Src':
      return [verdict(`${text} at the source:`)]
    case 'Dst':
      return [verdict(`${text} at the destination:`)]
    case 'ReporterUnspecified':
      return say`${verdict(text)} (the record does not say at which end):`
    default:
      return say`${verdict(text)} (at an end that we do not know, ${code(unknownText(reporter))}):`
  }
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
  const noVerdict = (word: string): Statement => ({
    certainty: 'unknown',
    parts: say`${verdictAndEndParts(word, key)} ${source} to ${dest}, ${service}.`,
  })
  switch (action) {
    case 'Deny':
      return recorded(
        say`${verdictAndEndParts('Denied', key)} ${source} could not ${attemptVerb(key)} ${service} to ${dest}.`,
      )
    case 'Allow':
      return recorded(
        say`${verdictAndEndParts('Allowed', key)} ${service} from ${source} ${allowedVerb(key)} ${dest}.`,
      )
    case 'Pass':
      return noVerdict('No verdict but Pass')
    case 'ActionUnspecified':
      return noVerdict('No verdict recorded')
    default:
      return noVerdict(`Unknown verdict ${unknownText(action)}`)
  }
}
