/** Set-up of every test. */
import { vi } from 'vitest'

/** The default of one second is too short on a busy machine, and no test is about how long a machine takes. */
const TIMEOUT_MS = 20_000

const { waitFor } = vi

// Files share a worker, and with it `vi`.
if (waitFor.name !== 'patientWaitFor')
  vi.waitFor = function patientWaitFor(check, options) {
    const given = typeof options === 'number' ? { timeout: options } : options
    return waitFor(check, { timeout: TIMEOUT_MS, ...given })
  }
