/** Playwright's test with a screen and, where a test asks for it, a cluster of its own. */
import { test as base } from '@playwright/test'

import { Cluster } from './cluster.ts'
import { Screen } from './screen.ts'

export const test = base.extend<{ app: Screen; cluster: Cluster; foreignRequests: string[] }>({
  app: async ({ page }, use) => use(new Screen(page)),
  // oxlint-disable-next-line eslint/no-empty-pattern -- Playwright reads the dependencies from this pattern
  cluster: async ({}, use) => {
    const cluster = await Cluster.start()
    await use(cluster)
    await cluster.stop()
  },
  /** Every request of the page that left for another origin; each test asserts in the end that there was none. */
  foreignRequests: [
    async ({ page }, use) => {
      const foreign: string[] = []
      page.on('request', (request) => {
        const url = new URL(request.url())
        if (!['127.0.0.1', 'localhost'].includes(url.hostname) && !['blob:', 'data:'].includes(url.protocol))
          foreign.push(request.url())
      })
      await use(foreign)
      base.expect(foreign, 'requests to another origin').toEqual([])
    },
    { auto: true },
  ],
})

export { expect } from '@playwright/test'
