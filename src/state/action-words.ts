/** The words and colours of verdicts, shared by the panels. */
import { isUnknown, type Action } from '../flows/flow.ts'
import { visibleText } from '../lib/visible-text.ts'

export type ActionTone = 'allow' | 'deny' | 'pass' | 'unknown'

/** The tone and the word of an action. Undefined stands for a verdict that was not computed. */
export function describeAction(action: Action | undefined): { tone: ActionTone; word: string } {
  switch (action) {
    case 'Allow':
      return { tone: 'allow', word: 'Allow' }
    case 'Deny':
      return { tone: 'deny', word: 'Deny' }
    case 'Pass':
      return { tone: 'pass', word: 'Pass' }
    case undefined:
      return { tone: 'unknown', word: 'Not computed' }
    case 'ActionUnspecified':
      return { tone: 'unknown', word: 'Unspecified' }
    default:
      return {
        tone: 'unknown',
        word: visibleText(isUnknown(action) ? action.slice('Unknown('.length, -1) : action),
      }
  }
}
