/**
 * Resolves in a task of its own, after those that wait already. Without it, a loop that awaits what is there already keeps
 * messages and timers waiting. A timer would do, but is held back by up to 4 ms.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    // A port has no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    port2.postMessage(null)
  })
}
