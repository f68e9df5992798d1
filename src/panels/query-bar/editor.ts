/** The query bar's CodeMirror editor: a single line with syntax colours, completion, undo, query history and shortcuts. */
import {
  acceptCompletion,
  closeCompletion,
  completionStatus,
  currentCompletions,
  moveCompletionSelection,
  selectedCompletionIndex,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, isolateHistory, redo, undo } from '@codemirror/commands'
import type { Extension } from '@codemirror/state'
import {
  type Command,
  EditorView,
  highlightSpecialChars,
  keymap,
  placeholder,
  type PluginValue,
  tooltips,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'

import { complete } from '../../filter/language/complete.ts'
import type { ParseError } from '../../filter/language/token-reader.ts'
import { syntaxColours, showErrors, errorState } from './syntax-colours.ts'
import { type ValueSource, queryCompletion } from './completion.ts'
import { exclusionOf } from './exclusion.ts'
import { PLACEHOLDER } from './query-field.ts'
import { HistoryCursor } from './history-cursor.ts'
import { textBoxAttributes } from './editor-attributes.ts'
import { keepCursorInView, singleLine } from './single-line.ts'
import { editorTheme } from './editor-theme.ts'

/** What the editor reads from the component around it, and reports to it. */
export interface EditorHost {
  readonly valueSource: ValueSource
  /** The text of the applied query. */
  readonly applied: string
  /** The queries that were applied before, oldest first. */
  readonly history: () => readonly string[]
  /** Applies a text without errors. */
  readonly apply: (text: string) => void
  /** Is told which text took the place of one that was no query. */
  readonly onMeant: (text: string) => void
  /** Applies the query before the applied one; false when there is none. */
  readonly onBack: () => boolean
  /** Applies the query that `onBack` left; false when there is none. */
  readonly onForward: () => boolean
  readonly onFocus: (focused: boolean) => void
  readonly onChange: (text: string, errors: readonly ParseError[]) => void
  /** The id of the element that shows the errors. */
  readonly errorId: string
}

/** Replaces the text in a step of its own that can be undone, and moves the cursor to its end. */
export function setText(view: EditorView, text: string): void {
  const { doc } = view.state
  if (doc.toString() === text) return
  view.dispatch({
    changes: { from: 0, to: doc.length, insert: text },
    selection: { anchor: text.length },
    scrollIntoView: true,
    // What is typed at once would otherwise be undone together with it.
    annotations: isolateHistory.of('full'),
  })
}

/** Replaces the first error that has a suggestion by it; false when none has one. */
function takeSuggestion(view: EditorView): boolean {
  const found = view.state.field(errorState).errors.find(({ suggestion }) => suggestion !== undefined)
  if (found?.suggestion === undefined) return false
  const { from, to, suggestion } = found
  view.dispatch({
    changes: { from, to, insert: suggestion },
    selection: { anchor: from + suggestion.length },
    userEvent: 'input.complete',
  })
  return true
}

/** Applies the text, or shows its errors with the cursor at the first one. */
export function applyOrShowErrors(view: EditorView, host: EditorHost): void {
  closeCompletion(view)
  const [first] = view.state.field(errorState).errors
  if (first === undefined) {
    // What is typed next is undone by itself, however soon it comes: an applied query is a step of the editor's undo.
    view.dispatch({ annotations: isolateHistory.of('full') })
    host.apply(view.state.doc.toString())
  } else view.dispatch({ effects: showErrors.of(null), selection: { anchor: first.to } })
}

/** Replaces the first error by its suggestion, and applies the query when nothing else is wrong. False without one. */
export function takeMeantQuery(view: EditorView, host: EditorHost): boolean {
  if (!takeSuggestion(view)) return false
  const text = view.state.doc.toString()
  if (view.state.field(errorState).errors.length > 0) return true
  host.apply(text)
  host.onMeant(text)
  return true
}

/** Holds a command on the list of offers that was given while the offers were being fetched, and runs it once they are open. */
class PendingCommand implements PluginValue {
  run: Command | null = null

  update({ view, docChanged, selectionSet }: ViewUpdate): void {
    const { run } = this
    const status = completionStatus(view.state)
    if (run === null || (status === 'pending' && !docChanged && !selectionSet)) return
    this.run = null
    // CodeMirror refuses a dispatch within an update.
    if (status === 'active' && !docChanged && !selectionSet) queueMicrotask(() => run(view))
  }
}
const pendingCommand = ViewPlugin.fromClass(PendingCommand)

/** Runs a command on the list of offers, now or once it has been fetched. False when the list is neither open nor fetched. */
function runOnOffers(view: EditorView, run: Command): boolean {
  const status = completionStatus(view.state)
  if (status === null) return false
  const awaited = view.plugin(pendingCommand)
  if (status === 'pending' && awaited !== null) awaited.run = run
  else run(view)
  // Handled even while the list is fetched: the key press must not fall through to another command.
  return true
}

const takeCompletion: Command = (view) =>
  runOnOffers(view, () => {
    if (selectedCompletionIndex(view.state) === null) moveCompletionSelection(true)(view)
    return acceptCompletion(view)
  })

/** Takes the only offer, unless it is what stands there already; false when there are several or none. */
function takeOnlyOffer(view: EditorView): boolean {
  const { doc, selection } = view.state
  const [only, ...others] = currentCompletions(view.state)
  if (only === undefined || others.length > 0) return false
  const { typed } = complete(doc.toString(), selection.main.head)
  if (only.label.replaceAll('"', '').toLowerCase() === typed.toLowerCase()) return false
  if (selectedCompletionIndex(view.state) === null) moveCompletionSelection(true)(view)
  return acceptCompletion(view)
}

/** Rewrites the condition at the cursor so that it excludes the offered value; false where the offers are not values. */
function excludeOffer(view: EditorView, index: number): boolean {
  const offer = currentCompletions(view.state)[index]
  const { doc, selection } = view.state
  const next = offer === undefined ? null : exclusionOf(doc.toString(), selection.main.head, offer.label)
  if (next === null) return false
  closeCompletion(view)
  view.dispatch({
    changes: { from: 0, to: doc.length, insert: next.text },
    selection: { anchor: next.cursor },
    userEvent: 'input.complete',
  })
  return true
}

/** Alt with a click on an offer, which stands in `list`, excludes its value, as it does on a facet's value. */
const excludeOnAltClick = (list: HTMLElement) =>
  ViewPlugin.define((view) => {
    const press = (event: MouseEvent) => {
      const option = event.target instanceof Element ? event.target.closest('[role=option]') : null
      const index = /-(\d+)$/.exec(option?.id ?? '')?.[1]
      if (!event.altKey || index === undefined || !excludeOffer(view, Number(index))) return
      event.preventDefault()
      event.stopPropagation()
    }
    list.addEventListener('mousedown', press, { capture: true })
    return { destroy: () => list.removeEventListener('mousedown', press, { capture: true }) }
  })

/** Returns the host of the newest render. */
type GetHost = () => EditorHost

function isUnchanged({ state }: EditorView, { applied }: EditorHost): boolean {
  return state.doc.toString() === applied
}

/** Undoes the last change of the text; in an unchanged text goes back to the query before. The key is always handled. */
function goBack(view: EditorView, host: EditorHost): true {
  if (isUnchanged(view, host) || !undo(view)) host.onBack()
  return true
}

function goForward(view: EditorView, host: EditorHost): true {
  if (!isUnchanged(view, host) || !host.onForward()) redo(view)
  return true
}

function editorKeymap(host: GetHost): Extension {
  const cursor = new HistoryCursor(() => host().history())
  const step =
    (forward: boolean, next: (text: string) => string | null): Command =>
    (view) => {
      if (runOnOffers(view, moveCompletionSelection(forward))) return true
      const text = view.state.doc.toString()
      const isTyped = text !== '' && text !== host().applied && !cursor.shows(text)
      if (isTyped) return true
      const recalled = next(text)
      if (recalled !== null) setText(view, recalled)
      return true
    }
  return keymap.of([
    { key: 'Tab', run: takeCompletion },
    {
      key: 'Enter',
      run: (view) => {
        if (takeOnlyOffer(view)) return true
        // Only what the reader has seen is taken: the first press shows the errors with their suggestion.
        if (view.state.field(errorState).shown && takeMeantQuery(view, host())) return true
        applyOrShowErrors(view, host())
        return true
      },
    },
    { key: 'Alt-Enter', run: takeSuggestion },
    { key: 'Mod-z', run: (view) => goBack(view, host()) },
    { key: 'Mod-Shift-z', run: (view) => goForward(view, host()) },
    { key: 'Mod-y', run: (view) => goForward(view, host()) },
    { key: 'Alt--', run: (view) => excludeOffer(view, selectedCompletionIndex(view.state) ?? 0) },
    {
      // The list of offers handles Escape first when it is open. Not handled: the page says where the focus goes.
      key: 'Escape',
      run: (view) => {
        setText(view, host().applied)
        view.dispatch({ selection: { anchor: view.state.doc.length } })
        view.contentDOM.blur()
        return false
      },
    },
    { key: 'ArrowUp', run: step(false, (text) => cursor.older(text)) },
    { key: 'ArrowDown', run: step(true, (text) => cursor.newer(text)) },
  ])
}

/** The elements that the editor stands in. */
export interface EditorPlaces {
  readonly frame: HTMLElement
  /** Holds the list of offers. */
  readonly list: HTMLElement
}

/** Creates an editor; the caller must destroy it. */
export function openEditor({ frame, list }: EditorPlaces, text: string, host: GetHost): EditorView {
  return new EditorView({
    parent: frame,
    doc: text,
    extensions: [
      editorKeymap(host),
      queryCompletion(() => host().valueSource),
      history(),
      keymap.of([...historyKeymap, ...defaultKeymap]),
      singleLine,
      keepCursorInView,
      excludeOnAltClick(list),
      tooltips({ parent: list }),
      pendingCommand,
      syntaxColours,
      editorTheme,
      // Bidirectional and zero-width controls that CodeMirror itself would not show.
      highlightSpecialChars({ addSpecialChars: /\u200C|\u200D|[\u202A-\u202C\u2068]/g }),
      placeholder(PLACEHOLDER),
      EditorView.contentAttributes.of(({ state }) => textBoxAttributes(state, host().errorId)),
      // A text that the reader leaves is finished, as one that Enter would apply.
      EditorView.focusChangeEffect.of((_, focusing) => (focusing ? null : showErrors.of(null))),
      EditorView.updateListener.of(({ view, state, startState, docChanged, focusChanged }) => {
        if (focusChanged) host().onFocus(view.hasFocus)
        const { errors, shown } = state.field(errorState)
        if (docChanged || state.field(errorState) !== startState.field(errorState))
          host().onChange(state.doc.toString(), shown ? errors : [])
      }),
    ],
  })
}
