import { availableParallelism } from 'node:os'

import { defineConfig } from 'vitest/config'

// Kept apart from vite.config.ts: the tests need neither Tailwind nor the notices of what is bundled.
export default defineConfig({
  test: {
    // Property tests run many cases; on a busy machine they take longer, and that is no fault.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // By default one core is left idle, which is half of a machine of two.
    maxWorkers: availableParallelism(),
    expect: { poll: { timeout: 10_000 } },
    // happy-dom does not know the element, and React says so once a file.
    onConsoleLog: (log) => !log.includes('The tag <search> is unrecognized'),
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          environment: 'node',
          include: ['{bench,src,server,deploy}/**/*.test.ts', 'scripts/**/*.test.{ts,mjs}'],
          setupFiles: ['src/testing/patient-waits.ts'],
          // A process of its own for each file takes as long to start and to import the product as half of the tests. What a
          // test changes outside of itself it puts back, and what it spies on is put back here.
          isolate: false,
          restoreMocks: true,
          unstubGlobals: true,
          // Apart from the components: a worker that has run one project is not used for another.
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Component tests: *.test.tsx, and nothing else, runs in a simulated browser.
        extends: true,
        test: {
          name: 'components',
          environment: 'happy-dom',
          include: ['src/**/*.test.tsx'],
          setupFiles: ['src/testing/patient-waits.ts', 'src/testing/component-setup.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
