/** Syntax highlighting of the query, and the errors in it, which are shown after a debounce. */
import { type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'

import { syntaxSpans } from '../../filter/language/syntax-spans.ts'
import { analyse, isUnfinished } from '../../filter/language/parse-query.ts'
import type { ParseError, SyntaxRole } from '../../filter/language/token-reader.ts'

/** Milliseconds without a change after which errors are shown: a word that is half typed is not an error yet. */
const ERROR_DEBOUNCE_MS = 350

const CLASSES: Readonly<Record<SyntaxRole, string>> = {
  field: 'text-accent',
  operator: 'text-muted',
  value: 'font-semibold',
  number: 'font-semibold',
  string: 'font-semibold',
  wildcard: 'font-semibold text-pass',
  word: '',
  keyword: 'text-muted',
  bracket: 'text-muted',
  error: '',
}
const ERROR_CLASS = 'text-deny underline decoration-deny decoration-wavy decoration-1 underline-offset-4'

export interface ErrorState {
  readonly errors: readonly ParseError[]
  /** Whether the errors are shown. Once they are, they are updated with each change until none is left in what is typed. */
  readonly shown: boolean
}

/** Shows the errors at once. */
export const showErrors = StateEffect.define()

function errorsIn(text: string): readonly ParseError[] {
  return analyse(text).errors
}

export const errorState = StateField.define<ErrorState>({
  create: (state) => ({ errors: errorsIn(state.doc.toString()), shown: false }),
  update(value, transaction) {
    const errors = transaction.docChanged ? errorsIn(transaction.newDoc.toString()) : value.errors
    const wanted = value.shown || transaction.effects.some((effect) => effect.is(showErrors))
    // Once shown, they are no longer when the text is going to be a query again; Enter shows them even then.
    const isTyping = transaction.docChanged && isUnfinished(errors)
    const shown = wanted && errors.length > 0 && !isTyping
    return errors === value.errors && shown === value.shown ? value : { errors, shown }
  },
})

function syntaxDecorations(text: string, shown: boolean): DecorationSet {
  const decorations = new RangeSetBuilder<Decoration>()
  for (const { from, to, role, wrong } of syntaxSpans(text)) {
    const name = wrong && shown ? ERROR_CLASS : CLASSES[role]
    if (name !== '') decorations.add(from, to, Decoration.mark({ class: name }))
  }
  return decorations.finish()
}

const errorDebounce = ViewPlugin.fromClass(
  class {
    #timer: ReturnType<typeof setTimeout> | undefined

    update({ docChanged, state, view }: ViewUpdate): void {
      if (!docChanged) return
      clearTimeout(this.#timer)
      const { errors, shown } = state.field(errorState)
      // A text that only ends too early is still being typed, however long that takes.
      if (errors.length === 0 || shown || isUnfinished(errors)) return
      this.#timer = setTimeout(() => view.dispatch({ effects: showErrors.of(null) }), ERROR_DEBOUNCE_MS)
    }

    destroy(): void {
      clearTimeout(this.#timer)
    }
  },
)

export const syntaxColours: Extension = [
  errorState,
  EditorView.decorations.compute(['doc', errorState], (state) =>
    syntaxDecorations(state.doc.toString(), state.field(errorState).shown),
  ),
  errorDebounce,
]
