/** Tries at once, and again after each change below `root`, until `tryNow` returns true or the returned function is called. */
export function tryOnChanges(root: Element, tryNow: () => boolean): () => void {
  if (tryNow()) return () => undefined
  const observer = new MutationObserver(() => {
    if (tryNow()) observer.disconnect()
  })
  observer.observe(root, { childList: true, subtree: true })
  return () => observer.disconnect()
}
