/** The query bar's editor: one line of text, with colours, completion, history and the keys of the bar. */
import {
  acceptCompletion,
  closeCompletion,
  completionStatus,
  currentCompletions,
  moveCompletionSelection,
  selectedCompletionIndex,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { EditorState, type Extension } from '@codemirror/state'
import {
  type Command,
  EditorView,
  keymap,
  placeholder,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'

import type { ParseError } from '../../filter/language/reader.ts'
import { colours, pointOut, reading } from './syntax-colours.ts'
import { type Knowledge, queryCompletion } from './completion.ts'
import { exclusionOf } from './exclusion.ts'
import { PLACEHOLDER } from './query-field.ts'
import { Recall } from './history-cursor.ts'
import { theme } from './editor-theme.ts'

/** What the editor needs of the bar. */
export interface Host {
  readonly knowledge: Knowledge
  /** The text of the query that is applied now. */
  readonly applied: string
  /** What was applied before, oldest first. */
  readonly history: () => readonly string[]
  /** Applies a text without errors. */
  readonly apply: (text: string) => void
  readonly onChange: (text: string, errors: readonly ParseError[]) => void
  /** The id of the element that says what is wrong. */
  readonly errorId: string
}

/** Replaces the text as if it was typed, so that it can be undone; the cursor stands at its end. */
export function setText(view: EditorView, text: string): void {
  const { doc } = view.state
  if (doc.toString() === text) return
  view.dispatch({
    changes: { from: 0, to: doc.length, insert: text },
    selection: { anchor: text.length },
    scrollIntoView: true,
  })
}

/** Replaces what is wrong by what was suggested. */
export function takeSuggestion(view: EditorView): boolean {
  const found = view.state.field(reading).errors.find(({ suggestion }) => suggestion !== undefined)
  if (found?.suggestion === undefined) return false
  const { from, to, suggestion } = found
  view.dispatch({
    changes: { from, to, insert: suggestion },
    selection: { anchor: from + suggestion.length },
    userEvent: 'input.complete',
  })
  return true
}

/** Applies what is written, or points out why it cannot be applied. */
export function applyText(view: EditorView, host: Host): void {
  closeCompletion(view)
  const [first] = view.state.field(reading).errors
  if (first === undefined) host.apply(view.state.doc.toString())
  else view.dispatch({ effects: pointOut.of(null), selection: { anchor: first.to } })
}

/** A key that was pressed while the list was being fetched is carried out when it is there. */
class AwaitedKey implements PluginValue {
  run: Command | null = null

  update({ view, docChanged, selectionSet }: ViewUpdate): void {
    const { run } = this
    const status = completionStatus(view.state)
    if (run === null || (status === 'pending' && !docChanged && !selectionSet)) return
    this.run = null
    // Within an update nothing can be dispatched.
    if (status === 'active' && !docChanged && !selectionSet) queueMicrotask(() => run(view))
  }
}
const awaitedKey = ViewPlugin.fromClass(AwaitedKey)

/** Runs what acts on the list of offers, now or when it is there. False when none is coming. */
function onList(view: EditorView, run: Command): boolean {
  const status = completionStatus(view.state)
  if (status === null) return false
  const awaited = view.plugin(awaitedKey)
  if (status === 'pending' && awaited !== null) awaited.run = run
  else run(view)
  // While the list is being fetched, the key does not do something else by surprise.
  return true
}

const takeCompletion: Command = (view) =>
  onList(view, () => {
    if (selectedCompletionIndex(view.state) === null) moveCompletionSelection(true)(view)
    return acceptCompletion(view)
  })

/** Writes that the value of an offer is not wanted; false where the offers are no values. */
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

/** With Alt a click on an offer excludes it, as a click on a facet's value does. */
const altClick = ViewPlugin.define((view) => {
  const press = (event: MouseEvent) => {
    const option = event.target instanceof Element ? event.target.closest('[role=option]') : null
    const index = /-(\d+)$/.exec(option?.id ?? '')?.[1]
    if (!event.altKey || index === undefined || !excludeOffer(view, Number(index))) return
    event.preventDefault()
    event.stopPropagation()
  }
  view.dom.addEventListener('mousedown', press, { capture: true })
  return { destroy: () => view.dom.removeEventListener('mousedown', press, { capture: true }) }
})

/** The bar as it is now. */
type GetHost = () => Host

function keysOf(host: GetHost): Extension {
  const recall = new Recall(() => host().history())
  const step =
    (forward: boolean, next: (text: string) => string | null): Command =>
    (view) => {
      if (onList(view, moveCompletionSelection(forward))) return true
      const text = view.state.doc.toString()
      const isOwn = text !== '' && text !== host().applied && !recall.shows(text)
      if (isOwn) return true
      const recalled = next(text)
      if (recalled !== null) setText(view, recalled)
      return true
    }
  return keymap.of([
    { key: 'Tab', run: takeCompletion },
    {
      key: 'Enter',
      run: (view) => {
        applyText(view, host())
        return true
      },
    },
    { key: 'Alt-Enter', run: takeSuggestion },
    { key: 'Alt--', run: (view) => excludeOffer(view, selectedCompletionIndex(view.state) ?? 0) },
    {
      // An open list has taken the first Escape.
      key: 'Escape',
      run: (view) => {
        setText(view, host().applied)
        view.contentDOM.blur()
        return true
      },
    },
    { key: 'ArrowUp', run: step(false, (text) => recall.older(text)) },
    { key: 'ArrowDown', run: step(true, (text) => recall.newer(text)) },
  ])
}

/** One line: what is pasted is joined, and no other change can bring a second one. */
const oneLine: Extension = [
  EditorView.clipboardInputFilter.of((text) => text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ')),
  EditorState.transactionFilter.of((transaction) => (transaction.newDoc.lines > 1 ? [] : transaction)),
]

/** The preview beside the text takes some of its width when it comes; the cursor stays in sight. */
const cursorInSight = ViewPlugin.define((view) => {
  const observer = new ResizeObserver(() => {
    if (view.hasFocus) view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head) })
  })
  observer.observe(view.scrollDOM)
  return { destroy: () => observer.disconnect() }
})

function describe({ state }: EditorView, errorId: string): Record<string, string> {
  const { shown } = state.field(reading)
  return {
    'aria-label': 'Query',
    'aria-multiline': 'false',
    spellcheck: 'false',
    autocapitalize: 'off',
    autocorrect: 'off',
    enterkeyhint: 'go',
    ...(shown ? { 'aria-invalid': 'true', 'aria-describedby': errorId } : {}),
  }
}

/** Makes an editor in an element; the caller destroys it. */
export function openEditor(parent: HTMLElement, text: string, host: GetHost): EditorView {
  return new EditorView({
    parent,
    doc: text,
    extensions: [
      keysOf(host),
      queryCompletion(() => host().knowledge),
      history(),
      keymap.of([...historyKeymap, ...defaultKeymap]),
      oneLine,
      cursorInSight,
      altClick,
      awaitedKey,
      colours,
      theme,
      placeholder(PLACEHOLDER),
      EditorView.contentAttributes.of((view) => describe(view, host().errorId)),
      EditorView.updateListener.of(({ state, startState, docChanged }) => {
        const { errors, shown } = state.field(reading)
        if (docChanged || state.field(reading) !== startState.field(reading))
          host().onChange(state.doc.toString(), shown ? errors : [])
      }),
    ],
  })
}
