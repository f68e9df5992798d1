/** The browser has begun to read the file long before, also where it asks for a folder first. */
const URL_LIFETIME_MS = 10 * 60_000

/** Lets the browser save a file, as it does with a download. */
export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), URL_LIFETIME_MS)
}
