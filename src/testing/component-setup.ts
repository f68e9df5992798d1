/** Set-up of every component test. */
import { cleanup, configure } from '@testing-library/react'
import { afterEach } from 'vitest'

// Milliseconds. The default of one second is too short on a busy machine, where a lazy chunk takes longer to load.
configure({ asyncUtilTimeout: 20_000 })

// Vitest has no global `afterEach`, without which Testing Library does not clean up by itself.
afterEach(cleanup)

/**
 * Delays `selectionchange` by a task, as browsers do. happy-dom dispatches it inside the call that changes the
 * selection, where CodeMirror, which changes it within an update, cannot handle it.
 */
const delayed = new WeakSet<Event>()
document.addEventListener(
  'selectionchange',
  (event) => {
    if (delayed.has(event)) return
    event.stopImmediatePropagation()
    const later = new Event('selectionchange')
    delayed.add(later)
    setTimeout(() => document.dispatchEvent(later))
  },
  { capture: true },
)
