/** The panels that are lazy chunks, because the first paint does not need them. */

import { laterPart, lazyPart } from '../ui/lazy-part.tsx'

export const BundleNotice = lazyPart(
  async () => (await import('../panels/source/BundleNotice.tsx')).BundleNotice,
)
export const CaptureWanted = lazyPart(
  async () => (await import('./captures/CaptureWanted.tsx')).CaptureWanted,
)
export const CapturesScreen = lazyPart(
  async () => (await import('../panels/captures/CapturesScreen.tsx')).CapturesScreen,
)
export const CompareScreen = lazyPart(
  async () => (await import('../panels/compare/CompareScreen.tsx')).CompareScreen,
)
export const FacetRail = laterPart(async () => (await import('../panels/facets/FacetRail.tsx')).FacetRail)
export const HistoryRange = lazyPart(async () => (await import('./HistoryRange.tsx')).HistoryRange)
export const Inspector = lazyPart(async () => (await import('../panels/inspect/Inspector.tsx')).Inspector)
export const Keyboard = laterPart(async () => (await import('./AppCommands.tsx')).AppCommands)
export const KeyHints = laterPart(async () => (await import('./KeyHints.tsx')).KeyHints)
export const LinkNotices = lazyPart(async () => (await import('./LinkNotices.tsx')).LinkNotices)
export const LoginOverlay = lazyPart(async () => (await import('./login/LoginOverlay.tsx')).LoginOverlay)
export const LoginScreen = lazyPart(async () => (await import('./login/LoginScreen.tsx')).LoginScreen)
export const OpeningDialog = laterPart(
  async () => (await import('./captures/OpeningDialog.tsx')).OpeningDialog,
)
export const ReplayDock = lazyPart(async () => (await import('./replay/ReplayDock.tsx')).ReplayDock)
export const SourceMenu = laterPart(async () => (await import('../panels/source/SourceMenu.tsx')).SourceMenu)
export const StagedChanges = lazyPart(
  async () => (await import('../panels/staged/StagedChanges.tsx')).StagedChanges,
)
export const VersionNotice = laterPart(async () => (await import('./VersionNotice.tsx')).VersionNotice)
export const UnreachableScreen = lazyPart(
  async () => (await import('../panels/source/UnreachableScreen.tsx')).UnreachableScreen,
)
export const SummaryStrip = laterPart(
  async () => (await import('../panels/summary/SummaryStrip.tsx')).SummaryStrip,
)
export const SummaryMenu = laterPart(
  async () => (await import('../panels/summary/SummaryMenu.tsx')).SummaryMenu,
)
