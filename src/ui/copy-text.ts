/** Puts a text on the clipboard; false when the browser does not let us. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Browsers give the clipboard to secure pages only; a NodePort over plain HTTP is none.
    return copyBySelection(text)
  }
}

/** The old way, which works without a secure context: select a text and copy the selection. */
function copyBySelection(text: string): boolean {
  const focused = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  // Selecting took the focus.
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  return done
}
