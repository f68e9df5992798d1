/** Copies a text to the clipboard. Resolves to false when the browser refuses; never rejects. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Browsers offer the Clipboard API in secure contexts only; a page from a NodePort over plain HTTP is not one.
    return copyBySelection(text)
  }
}

/** Copies with the deprecated `execCommand`, which needs no secure context. */
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
  // Selecting the text area moved the focus to it.
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true })
  return done
}
