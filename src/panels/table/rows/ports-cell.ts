import { newElement, setAttribute, setClass, setText } from './dom-changes.ts'
import { fittedPorts } from './fitted-ports.ts'
import type { CellInside } from './row-cell.ts'
import { SCAN_RULE } from './row-words.ts'

const PORTS = 'truncate font-mono text-[11.5px] leading-[17px] tracking-[-0.01em]'
const SCAN =
  'w-fit max-w-full flex-none truncate rounded-[4px] bg-deny-soft px-1.5 text-2xs leading-[17px] text-deny'

/** The three parts of the text, each in an element. */
function newParts() {
  const [head, more, tail] = [new Text(), new Text(), new Text()]
  const elements = [
    newElement('span', '', head),
    newElement('span', 'text-muted', more),
    newElement('span', '', tail),
  ]
  return { head, more, tail, elements }
}

/** The ports that the source asked for, and whether they look like a scan. */
export function newPortsCell(): CellInside {
  let parts = newParts()
  let shownId = ''
  const ports = newElement('span', PORTS, ...parts.elements)
  const scanText = new Text()
  const scan = newElement('span', SCAN, scanText)
  scan.title = SCAN_RULE
  return {
    nodes: [ports, scan],
    show: ({ row, look }) => {
      const words = fittedPorts(row, look.layout)
      const hasGrown = parts.head.data !== words.head || parts.more.data !== words.more
      if (hasGrown && row.id === shownId) {
        // What stands after a text that changed is a new element: at another place it would count as a shift.
        parts = newParts()
        ports.replaceChildren(...parts.elements)
      }
      shownId = row.id
      setText(parts.head, words.head)
      setText(parts.more, words.more)
      setText(parts.tail, words.tail)
      setAttribute(ports, 'title', words.title ?? null)
      setText(scanText, words.scan)
      setClass(scan, words.scan === '' ? `${SCAN} hidden` : SCAN)
    },
  }
}
