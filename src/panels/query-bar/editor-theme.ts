/** CodeMirror theme of the editor and its completion list, from the design tokens of index.css. */
import { EditorView } from '@codemirror/view'

const MONO = 'var(--font-mono)'

export const editorTheme = EditorView.theme({
  '&': { background: 'transparent', color: 'var(--ink)', fontSize: 'var(--text-xs)', width: '100%' },
  '&.cm-focused': { outline: 'none' },
  // Without ligatures: the operators look as they are typed.
  '.cm-scroller': {
    fontFamily: MONO,
    fontVariantLigatures: 'none',
    lineHeight: '1.25rem',
    scrollbarWidth: 'none',
    containerType: 'inline-size',
  },
  '.cm-content': { padding: '0.3125rem 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 0.5rem' },
  '.cm-placeholder': {
    color: 'var(--faint)',
    display: 'inline-block',
    // Of the scroller: the content is as wide as its longest line.
    maxWidth: 'calc(100cqw - 1rem)',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    verticalAlign: 'top',
    whiteSpace: 'nowrap',
  },
  // Under the field, at its left edge, so that it does not move with the cursor. CodeMirror would place it at the word.
  '.cm-tooltip': {
    position: 'static !important',
    border: '1px solid var(--line)',
    background: 'var(--surface)',
    color: 'var(--ink)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete': {
    borderRadius: '10px',
    overflow: 'hidden',
    width: 'fit-content',
    boxShadow: '0 8px 30px rgb(0 0 0 / 0.14)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: MONO,
    fontVariantLigatures: 'none',
    fontSize: 'var(--text-xs)',
    maxHeight: '16rem',
    // Of one width, so that the details at its right edge stay in place when the offers change.
    width: 'min(34rem, calc(100vw - 2rem))',
    maxWidth: 'none',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex',
    alignItems: 'center',
    gap: '1.5rem',
    padding: '0 0.75rem',
    lineHeight: '1.75rem',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-tooltip-autocomplete-disabled ul li[aria-selected]': { background: 'var(--accent-soft)' },
  '.cm-completionLabel': { overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600', color: 'var(--accent)' },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    flex: 'none',
    fontFamily: 'var(--font-sans)',
    fontStyle: 'normal',
    color: 'var(--muted)',
  },
  // The shortcuts, below the list.
  '.cm-tooltip.cm-tooltip-autocomplete::after': {
    content: '"Tab: take · ↑ ↓ Enter: take another · Enter: apply, or take the only one"',
    display: 'block',
    padding: '0.375rem 0.75rem',
    borderTop: '1px solid var(--line)',
    fontFamily: 'var(--font-sans)',
    fontSize: 'var(--text-2xs)',
    color: 'var(--muted)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete.cm-values::after': {
    content: '"Tab: take · ↑ ↓ Enter: take another · Enter: apply, or take the only one · Alt+-: without"',
  },
})
