/**
 * Resolves after the event loop has run once, so that messages and drawing are not starved by a long computation. A
 * message channel serves, because a browser delays nested timers by 4 ms.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
}
