import type { EditorState } from '@codemirror/state'

import { errorState } from './syntax-colours.ts'

/** The attributes of the editor's element of role `textbox`. `errorId` is that of the element that shows the errors. */
export function textBoxAttributes(state: EditorState, errorId: string): Record<string, string> {
  const { shown } = state.field(errorState)
  const { empty, head } = state.selection.main
  return {
    'data-part-focus': '',
    // At which ends of the text the cursor is: there an arrow key leaves it.
    'data-caret': empty ? `${head === 0 ? 'start' : ''} ${head === state.doc.length ? 'end' : ''}` : '',
    'aria-label': 'Query',
    'aria-multiline': 'false',
    spellcheck: 'false',
    autocapitalize: 'off',
    autocorrect: 'off',
    enterkeyhint: 'go',
    ...(shown ? { 'aria-invalid': 'true', 'aria-describedby': errorId } : {}),
  }
}
