import type { Session } from '../../state/session/use-session.ts'

/** What the menu of one source and that of several clusters have in common. */
export interface SourceMenuProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** Called when the menu has appeared, or disappeared and returned the focus. */
  readonly onOpenChangeComplete: (open: boolean) => void
  /** Null while it is not known. */
  readonly session: Session | null
  readonly onScope: () => void
  readonly onCapture: () => void
  readonly onPolicies: () => void
  readonly onExport: () => void
  readonly onHistory: () => void
  readonly onLogIn: () => void
  readonly onLogOut: () => void
}
