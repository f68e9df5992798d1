import { startCompletion } from '@codemirror/autocomplete'
import { useId, useRef, useState } from 'react'

import { print } from '../../filter/language/print.ts'
import { parse } from '../../filter/language/parse-query.ts'
import type { ParseError } from '../../filter/language/token-reader.ts'
import { commands } from '../../state/commands/commands.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import { queryHistory } from '../../state/remembered/query-history.ts'
import { AppliedFilter } from './AppliedFilter.tsx'
import { applyOrShowErrors, type EditorHost, setText, takeMeantQuery } from './editor.ts'
import { type FieldProps, PLACEHOLDER_END, TEXT_BOX } from './query-field.ts'
import { QueryMessage } from './QueryMessage.tsx'
import { QueryPreview } from './QueryPreview.tsx'
import { useEditorView } from './use-editor-view.ts'
import { useValueSource } from './use-value-source.ts'

interface Draft {
  readonly text: string
  /** The errors that are shown. */
  readonly errors: readonly ParseError[]
}

/** The look of the text while chips lie over it. */
function underChips(applied: string): string {
  return applied === '' ? PLACEHOLDER_END : 'opacity-0'
}

/**
 * The query as text in a CodeMirror editor while it has the focus or is not applied, otherwise as chips in the same
 * place. Completions and errors stand in a popup under it.
 */
export function QueryEditor({ filter, applied, onApply, onBack, onForward, handover }: FieldProps) {
  const frame = useRef<HTMLDivElement>(null)
  const popup = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const errorId = useId()
  const time = useViewPart((view) => view.time)
  const valueSource = useValueSource(time)
  const [draft, setDraft] = useState<Draft>({ text: applied, errors: [] })
  const [isFocused, setFocused] = useState(false)
  const host: EditorHost = {
    valueSource,
    errorId,
    applied,
    history: queryHistory,
    apply: (text) => {
      const parsed = parse(text)
      if (!parsed.ok) return
      if (editor.current !== null) setText(editor.current, print(parsed.expression))
      onApply(parsed.expression)
    },
    onMeant: (text) => commands.say(`Read as ${text}`),
    onBack,
    onForward,
    onChange: (text, errors) => setDraft({ text, errors }),
    onFocus: setFocused,
  }
  const editor = useEditorView({ frame, list }, handover, host)
  const areChipsShown = !isFocused && draft.text === applied

  /** Goes on in the editor, with a part of its text selected. */
  const edit = (text: string, from = text.length, to = from) => {
    const view = editor.current
    if (view === null) return
    setText(view, text)
    view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true })
    view.focus()
  }
  const typeField = (start: string) => {
    const before = filter.kind === 'or' ? `(${applied}) and ` : applied === '' ? '' : `${applied} and `
    edit(before + start)
    if (editor.current !== null) startCompletion(editor.current)
  }
  return (
    <>
      <div className={TEXT_BOX}>
        <AppliedFilter
          filter={filter}
          isShown={areChipsShown}
          popup={popup}
          onChange={onApply}
          onEdit={(place) => edit(applied, place?.from, place?.to)}
          onType={typeField}
        />
        <div ref={frame} className={`h-full ${areChipsShown ? underChips(applied) : ''}`} />
      </div>
      <QueryPreview
        text={draft.text}
        applied={applied}
        isLeft={!isFocused}
        time={time}
        onApply={() => editor.current !== null && applyOrShowErrors(editor.current, host)}
      />
      <div
        ref={popup}
        className="absolute inset-x-0 top-full z-30 flex flex-col items-start gap-1 pt-1.5 empty:hidden"
      >
        <div className={isFocused ? 'contents' : 'hidden'}>
          <QueryMessage
            id={errorId}
            errors={draft.errors}
            onTake={() => editor.current !== null && takeMeantQuery(editor.current, host)}
          />
        </div>
        <div ref={list} className="contents" />
      </div>
    </>
  )
}
