import { describe } from 'vitest'
import { describeHistory } from './history-contract.ts'
import { MemoryHistory } from './memory-history.ts'

describe('the in-memory history', () => {
  describeHistory({ create: async () => new MemoryHistory(), another: null, numRuns: 20 })
})
