import type { KeyboardEvent } from 'react'

/**
 * Moves the focus between a search and the options below it, which have `data-option`, with the up and down keys. From
 * an option, the left and right keys reach the other buttons of its row.
 */
export function moveInList(event: KeyboardEvent<HTMLElement>): void {
  const { activeElement } = document
  const vertical = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  const across = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (vertical !== 0) {
    const search = event.currentTarget.querySelector<HTMLElement>('input')
    const options = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-option]')]
    const row = activeElement?.closest('li')
    const at = options.findIndex((option) => row?.contains(option) === true)
    const target = at + vertical < 0 ? search : options[at + vertical]
    target?.focus()
  } else if (across !== 0 && !(activeElement instanceof HTMLInputElement)) {
    const buttons = [...(activeElement?.closest('li')?.querySelectorAll<HTMLElement>('button') ?? [])]
    const at = buttons.findIndex((button) => button === activeElement)
    if (at >= 0) buttons[at + across]?.focus()
  } else return
  event.preventDefault()
}
