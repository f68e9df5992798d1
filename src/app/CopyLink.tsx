import { CopyButton } from '../ui/CopyButton.tsx'

/** The address is the view: whoever opens it sees the same. */
export function CopyLink() {
  return <CopyButton text={() => window.location.href} label="Copy link" icon="link" />
}
