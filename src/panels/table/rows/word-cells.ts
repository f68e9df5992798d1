/** The cells of one text each, which are shown where the reader asked for them. */
import { displayNamespace } from '../../../flows/spelling.ts'
import { visibleText } from '../../../lib/visible-text.ts'
import type { Row } from '../../../state/client/rows.ts'
import { shownValue } from '../../../state/view/filter-actions.ts'
import { pendingWords } from '../../../trace/words/verdict-words.ts'
import { newElement, setAttribute, setClass, setText } from './dom-changes.ts'
import type { CellInside } from './row-cell.ts'
import { sumWords } from './row-words.ts'

/** What staged policies, once enforced, would change: blank where nothing. */
export function newPendingCell(): CellInside {
  const text = new Text()
  const element = newElement('span', 'truncate', text)
  return {
    nodes: [element],
    show: ({ row }) => {
      const pending = pendingWords(row.key)
      setClass(element, `truncate ${pending.state === 'differs' ? 'text-staged' : 'text-faint'}`)
      setAttribute(element, 'title', pending.title ?? null)
      setText(text, pending.text)
    },
  }
}

export function newServiceCell(): CellInside {
  const text = new Text()
  const element = newElement('span', '', text)
  return {
    nodes: [element],
    show: ({ row }) => {
      const { destServiceName: name, destServiceNamespace: namespace } = row.key
      const isNamed = name !== '' && name !== '-'
      const path = isNamed ? `${displayNamespace(namespace)}/${visibleText(name)}` : null
      setClass(element, path === null ? 'text-faint' : 'truncate font-mono text-[11.5px]')
      setAttribute(element, 'title', path)
      setText(text, path ?? (name === '' ? 'not recorded' : '–'))
    },
  }
}

/** A cell that is a text and nothing else. */
function newTextCell(textOf: (row: Row) => string): CellInside {
  const text = new Text()
  return { nodes: [text], show: ({ row }) => setText(text, textOf(row)) }
}

export function newReporterCell(): CellInside {
  return newTextCell(({ key: { reporter } }) => shownValue({ field: 'reporter', value: reporter }))
}

export function newBytesCell(): CellInside {
  return newTextCell((row) => sumWords(row, 'bytes'))
}

export function newPacketsCell(): CellInside {
  return newTextCell((row) => sumWords(row, 'packets'))
}
