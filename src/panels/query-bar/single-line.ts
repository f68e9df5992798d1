/** What makes CodeMirror's editor a field of a single line. */
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, ViewPlugin } from '@codemirror/view'

/** Keeps the text on a single line: pasted lines are joined, and any other change that would add one is dropped. */
export const singleLine: Extension = [
  EditorView.clipboardInputFilter.of((text) => text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ')),
  EditorState.transactionFilter.of((transaction) => (transaction.newDoc.lines > 1 ? [] : transaction)),
]

/** Scrolls the cursor back into view when the editor becomes narrower, as when the preview appears beside it. */
export const keepCursorInView = ViewPlugin.define((view) => {
  const observer = new ResizeObserver(() => {
    if (view.hasFocus) view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head) })
  })
  observer.observe(view.scrollDOM)
  return { destroy: () => observer.disconnect() }
})
