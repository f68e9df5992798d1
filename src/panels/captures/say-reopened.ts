import { unreachable } from '../../lib/assert.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { commands } from '../../state/commands/commands.ts'
import type { KeptCapture } from '../../state/captures/kept-capture.ts'
import type { Reopened } from '../../state/captures/reopening.ts'

/** Says in the footer what came of opening a capture again. */
export function sayReopened({ id }: KeptCapture, reopened: Reopened): void {
  const name = visibleText(id.name)
  switch (reopened.is) {
    case 'changed':
      commands.say(`${name} has changed since it was opened: this is another capture`)
      break
    case 'moved':
      commands.say(`${visibleText(reopened.name)} was moved or deleted: choose it again`)
      break
    case 'refused':
      commands.say(`The browser was not permitted to read ${visibleText(reopened.name)}`)
      break
    case 'opened':
    case 'unreachable':
    case 'not-opened':
      break
    default:
      unreachable(reopened, 'reopened capture')
  }
}
