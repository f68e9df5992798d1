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

/** Loads everything now. What fails is loaded again when it is needed, and fails there in sight. */
export function loadTheRest(): void {
  for (const load of Object.values(loaders)) load().catch(() => {})
  import('../source/goldmane-queries.ts').catch(() => {})
}
