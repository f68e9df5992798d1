/** Playwright's test with a {@link Screen} and, where a test asks for it, a {@link Cluster}. */
import { test as base } from '@playwright/test'

import { Cluster } from './cluster.ts'
import { Screen } from './screen.ts'

export const test = base.extend<{ app: Screen; cluster: Cluster; foreignRequests: string[] }>({
  app: async ({ page }, provide) => provide(new Screen(page)),
  // oxlint-disable-next-line eslint/no-empty-pattern -- Playwright reads the dependencies from this pattern
  cluster: async ({}, provide) => {
    const cluster = await Cluster.start()
    await provide(cluster)
    await cluster.stop()
  },
  /** Playwright answers the dialog of an input field alone: pages have no other one, unless a test gives them one. */
  context: async ({ context }, provide) => {
    await context.addInitScript(() => {
      for (const picker of ['showOpenFilePicker', 'showDirectoryPicker'])
        Reflect.deleteProperty(window, picker)
    })
    await provide(context)
  },
  /** The page's requests to other origins; at the end of each test there must be none. */
  foreignRequests: [
    async ({ page }, provide) => {
      const foreign: string[] = []
      let home: string | null = null
      page.on('request', (request) => {
        const { origin, protocol } = new URL(request.url())
        if (request.isNavigationRequest()) home ??= origin
        if (origin !== home && !['blob:', 'data:'].includes(protocol)) foreign.push(request.url())
      })
      await provide(foreign)
      base.expect(foreign, 'requests to another origin').toEqual([])
    },
    { auto: true },
  ],
})

export { expect } from '@playwright/test'
