/** The first sentence: what happened, at which end, between whom. It says nothing of a cause. */
import type { FlowKey } from '../../flows/flow.ts'
import { attemptVerb, destParts, servicePart, sourceParts } from '../words/phrases.ts'
import { code, type Parts, recorded, say, type Statement, verdict } from '../words/statement.ts'
import { unknownText } from '../words/calico-terms.ts'

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

/** What an allowed attempt did, as far as the end that reports it can say: whether the other end let it in is open. */
function allowedVerb({ reporter }: FlowKey): string {
  if (reporter === 'Src') return 'could leave for'
  return reporter === 'Dst' ? 'could enter' : 'could go on to'
}

/** The headline of a flow. */
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
