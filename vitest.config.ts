import { defineConfig } from 'vitest/config'

// Kept apart from vite.config.ts: the tests need neither Tailwind nor the notices of what is bundled.
export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'server/**/*.test.ts', 'scripts/**/*.test.{ts,mjs}'],
    environment: 'node',
    // Property tests run many cases; on a busy machine they take longer, and that is no fault.
    testTimeout: 60_000,
    expect: { poll: { timeout: 10_000 } },
  },
})
