import { useLink } from '../state/view/link.ts'
import { CopyButton } from '../ui/CopyButton.tsx'

/** Whoever opens the link sees the same: a sliding window is pinned, and the button says so. */
export function CopyLink() {
  const { link, pinned } = useLink()
  if (pinned === null) return <CopyButton text={link} label="Copy link" icon="link" />
  return (
    <CopyButton
      text={link}
      label="Copy link, pinned"
      done="Copied, pinned"
      icon="link"
      title={`The link’s window is pinned to ${pinned}. The one in the address bar keeps sliding.`}
    />
  )
}
