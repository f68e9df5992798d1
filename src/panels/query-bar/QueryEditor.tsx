import { useId, useRef, useState } from 'react'

import { print } from '../../filter/language/print.ts'
import { parse } from '../../filter/language/parse.ts'
import type { ParseError } from '../../filter/language/token-reader.ts'
import { isMac } from '../../state/commands/key-chords.ts'
import { useView } from '../../state/view/navigation.ts'
import { queryHistory } from '../../state/remembered/query-history.ts'
import { TextErrors } from '../../ui/TextErrors.tsx'
import { applyOrShowErrors, type EditorHost, setText, takeSuggestion } from './editor.ts'
import { type FieldProps, FRAME } from './query-field.ts'
import { QueryPreview } from './QueryPreview.tsx'
import { useEditorView } from './use-editor-view.ts'
import { useValueSource } from './use-value-source.ts'

interface Draft {
  readonly text: string
  /** The errors that are shown. */
  readonly errors: readonly ParseError[]
}

/** The query in a CodeMirror editor, with its errors below it and the number of records that it would match. */
export function QueryEditor({ applied, onApply, handover }: FieldProps) {
  const frame = useRef<HTMLDivElement>(null)
  const errorId = useId()
  const [{ time }] = useView()
  const valueSource = useValueSource(time)
  const [draft, setDraft] = useState<Draft>({ text: applied, errors: [] })
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
    onChange: (text, errors) => setDraft({ text, errors }),
  }
  const editor = useEditorView(frame, handover, host)
  const isWrong = draft.errors.length > 0
  return (
    <>
      <div className={`${FRAME} ${isWrong ? 'border-deny' : 'border-edge focus-within:border-accent'}`}>
        <div ref={frame} className="min-w-0 flex-1 basis-60" />
        <QueryPreview
          text={draft.text}
          applied={applied}
          time={time}
          onApply={() => editor.current !== null && applyOrShowErrors(editor.current, host)}
        />
      </div>
      <TextErrors
        id={errorId}
        errors={draft.errors}
        cap={isMac(navigator.platform) ? '⌥ Enter' : 'Alt Enter'}
        onTake={() => {
          if (editor.current === null) return
          takeSuggestion(editor.current)
          editor.current.focus()
        }}
      />
    </>
  )
}
