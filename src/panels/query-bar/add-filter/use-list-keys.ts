import { type RefObject, useEffect } from 'react'

/**
 * Moves the focus between the search in `root` and the options below it, which have `data-option`, with the up and down
 * keys. From an option, the left and right keys reach the other buttons of its row.
 */
export function useListKeys(root: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const list = root.current
    if (list === null) return undefined
    const listen = (event: KeyboardEvent) => {
      if (moveFocus(list, event.key)) event.preventDefault()
    }
    list.addEventListener('keydown', listen)
    return () => list.removeEventListener('keydown', listen)
  }, [root])
}

/** False for a key that moves nothing. */
function moveFocus(list: HTMLElement, key: string): boolean {
  const focused = document.activeElement
  const row = focused?.closest('li') ?? null
  switch (key) {
    case 'ArrowDown':
    case 'ArrowUp': {
      const options = [...list.querySelectorAll<HTMLElement>('[data-option]')]
      const at = options.findIndex((option) => row?.contains(option) === true)
      const next = at + (key === 'ArrowDown' ? 1 : -1)
      const target = next < 0 ? list.querySelector<HTMLElement>('input') : options[next]
      target?.focus()
      return true
    }
    case 'ArrowRight':
    case 'ArrowLeft': {
      const buttons = [...(row?.querySelectorAll<HTMLElement>('button') ?? [])]
      const at = buttons.findIndex((button) => button === focused)
      if (at < 0) return false
      buttons[at + (key === 'ArrowRight' ? 1 : -1)]?.focus()
      return true
    }
    default:
      return false
  }
}
