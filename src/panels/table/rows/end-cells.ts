import { newElement, setText } from './dom-changes.ts'
import type { CellInside } from './row-cell.ts'

/** `namespace/name`, shortened to fit; an end without a namespace is its name alone. `end`: 0 the source, 1 the destination. */
function newEndCell(end: 0 | 1): CellInside {
  const namespaceText = new Text()
  const nameText = new Text()
  return {
    nodes: [
      newElement(
        'span',
        'font-mono text-[11.5px] tracking-[-0.01em] whitespace-pre',
        newElement('span', 'text-muted', namespaceText),
        newElement('span', 'font-semibold', nameText),
      ),
    ],
    show: ({ ends }) => {
      const { namespace, name } = ends.shown[end]
      setText(namespaceText, namespace === '' ? '' : `${namespace}/`)
      setText(nameText, name)
    },
  }
}

export function newSourceCell(): CellInside {
  return newEndCell(0)
}

export function newDestinationCell(): CellInside {
  return newEndCell(1)
}
