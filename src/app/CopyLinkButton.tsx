import { useLink } from '../state/view/link.ts'
import { CopyButton } from '../ui/CopyButton.tsx'

/** Copies a link to the view. A sliding time range is pinned to its present start and end, and its title says so. */
export function CopyLinkButton() {
  const { link, pinned } = useLink()
  if (pinned === null) return <CopyButton text={link} label="Copy link" icon="link" />
  return (
    <CopyButton
      text={link}
      label="Copy link"
      note="pinned"
      icon="link"
      title={`The link’s range is pinned to ${pinned}. The one in the address bar keeps sliding.`}
    />
  )
}
