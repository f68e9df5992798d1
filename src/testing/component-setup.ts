/** Set-up of every component test. Vitest offers no global `afterEach`, so Testing Library cannot clean up by itself. */
import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

afterEach(cleanup)
