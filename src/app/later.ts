/**
 * What the first paint can do without: loaded once the page stands, all of it, so that later nothing needs the server.
 */
import { lazy } from 'react'

const loaders = {
  FilterBar: async () => ({ default: (await import('../panels/filter-bar/FilterBar.tsx')).FilterBar }),
  Inspector: async () => ({ default: (await import('../panels/inspect/Inspector.tsx')).Inspector }),
  SourceMenu: async () => ({ default: (await import('../panels/source/SourceMenu.tsx')).SourceMenu }),
}

export const FilterBar = lazy(loaders.FilterBar)
export const Inspector = lazy(loaders.Inspector)
export const SourceMenu = lazy(loaders.SourceMenu)

/**
 * Loads everything now. What fails is loaded again when it is needed, and fails there in sight. The document says when
 * all of it is here, after which the page needs no server to open a capture.
 */
export async function loadTheRest(): Promise<void> {
  const parts = [...Object.values(loaders).map((load) => load()), import('../source/goldmane-queries.ts')]
  const loaded = await Promise.allSettled(parts)
  if (loaded.every(({ status }) => status === 'fulfilled')) document.documentElement.dataset['loaded'] = 'all'
}
