/** The panels that are lazy chunks, because the first paint does not need them. */
import { lazy } from 'react'

import { later } from '../lib/preload.ts'

export const FacetRail = lazy(
  later(async () => ({ default: (await import('../panels/facets/FacetRail.tsx')).FacetRail })),
)
export const FilterBar = lazy(
  later(async () => ({ default: (await import('../panels/filter-bar/FilterBar.tsx')).FilterBar })),
)
export const Inspector = lazy(
  later(async () => ({ default: (await import('../panels/inspect/Inspector.tsx')).Inspector })),
)
export const Keyboard = lazy(
  later(async () => ({ default: (await import('./AppCommands.tsx')).AppCommands })),
)
export const SourceMenu = lazy(
  later(async () => ({ default: (await import('../panels/source/SourceMenu.tsx')).SourceMenu })),
)
export const StagedChanges = lazy(
  later(async () => ({ default: (await import('../panels/staged/StagedChanges.tsx')).StagedChanges })),
)
