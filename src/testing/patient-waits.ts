/** Set-up of every test. */
import { vi } from 'vitest'

/** The default of one second is too short on a busy machine, and no test is about how long a machine takes. */
const TIMEOUT_MS = 20_000

const { waitFor } = vi

vi.waitFor = (check, options) =>
  waitFor(check, { timeout: TIMEOUT_MS, ...(typeof options === 'number' ? { timeout: options } : options) })
