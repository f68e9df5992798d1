/**
 * Runs `task` one call at a time. Of the calls that arrive meanwhile only the newest is kept: one that a newer call
 * passed over resolves to null without being run. For questions that outdate each other, as while a filter is typed.
 */
export function latestWins<Input, Output>(
  task: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output | null> {
  interface Waiting {
    readonly input: Input
    readonly resolve: (output: Output | null) => void
    readonly reject: (error: unknown) => void
  }
  let running = false
  let waiting: Waiting | null = null

  async function drain(): Promise<void> {
    running = true
    while (waiting) {
      const { input, resolve, reject } = waiting
      waiting = null
      try {
        resolve(await task(input))
      } catch (error) {
        reject(error)
      }
    }
    running = false
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting?.resolve(null)
      waiting = { input, resolve, reject }
      // drain() catches whatever the task throws, so there is nothing to await.
      if (!running) void drain()
    })
}
