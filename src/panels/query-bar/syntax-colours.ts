/** The text of the query in colours, and what is wrong in it. */
import { type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'

import { highlight } from '../../filter/language/syntax-spans.ts'
import { analyse } from '../../filter/language/parse.ts'
import type { ParseError, Role } from '../../filter/language/reader.ts'

/** Milliseconds without a key after which a mistake is pointed out: half a word is not wrong yet. */
const PATIENCE = 350

const CLASSES: Readonly<Record<Role, string>> = {
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
const WRONG = 'text-deny underline decoration-deny decoration-wavy decoration-1 underline-offset-4'

export interface Reading {
  readonly errors: readonly ParseError[]
  /** Whether the errors are pointed out. Once they are, they follow each key, until there are none. */
  readonly shown: boolean
}

/** Points out what is wrong, now. */
export const pointOut = StateEffect.define()

function errorsIn(text: string): readonly ParseError[] {
  return analyse(text).errors
}

export const reading = StateField.define<Reading>({
  create: (state) => ({ errors: errorsIn(state.doc.toString()), shown: false }),
  update(value, transaction) {
    const errors = transaction.docChanged ? errorsIn(transaction.newDoc.toString()) : value.errors
    const wanted = value.shown || transaction.effects.some((effect) => effect.is(pointOut))
    const shown = wanted && errors.length > 0
    return errors === value.errors && shown === value.shown ? value : { errors, shown }
  },
})

function decorationsOf(text: string, shown: boolean): DecorationSet {
  const marks = new RangeSetBuilder<Decoration>()
  for (const { from, to, role, wrong } of highlight(text)) {
    const name = wrong && shown ? WRONG : CLASSES[role]
    if (name !== '') marks.add(from, to, Decoration.mark({ class: name }))
  }
  return marks.finish()
}

const patience = ViewPlugin.fromClass(
  class {
    #timer: ReturnType<typeof setTimeout> | undefined

    update({ docChanged, state, view }: ViewUpdate): void {
      if (!docChanged) return
      clearTimeout(this.#timer)
      const { errors, shown } = state.field(reading)
      if (errors.length === 0 || shown) return
      this.#timer = setTimeout(() => view.dispatch({ effects: pointOut.of(null) }), PATIENCE)
    }

    destroy(): void {
      clearTimeout(this.#timer)
    }
  },
)

export const colours: Extension = [
  reading,
  EditorView.decorations.compute(['doc', reading], (state) =>
    decorationsOf(state.doc.toString(), state.field(reading).shown),
  ),
  patience,
]
