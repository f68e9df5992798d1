import { useRef, useState } from 'react'

import { formatCount } from '../../lib/format.ts'
import { commands, useApplicable } from '../../state/commands/commands.ts'
import { useLink } from '../../state/view/link.ts'
import { copyText } from '../../ui/copy-text.ts'
import { Icon } from '../../ui/Icon.tsx'
import { ValueMenu } from '../../ui/ValueMenu.tsx'
import { IconCopyButton } from './IconCopyButton.tsx'

/** Where in the list the row is: its index from 0, and how many rows there are. */
export interface Place {
  readonly index: number
  readonly total: number
}

const PHONE_BUTTON =
  'grid size-9 flex-none place-items-center rounded-[8px] border border-line text-muted hover:bg-sunken hover:text-ink'

/** Above the answer on a phone: the way back to the list, the place in it, and what is done with the whole answer. */
export function PhoneBar({
  place,
  text,
  onClose,
}: {
  /** Null for a row that is not in the list. */
  place: Place | null
  /** The explanation for the clipboard; null while there is no answer. */
  text: (() => string) | null
  onClose: () => void
}) {
  const { link } = useLink()
  return (
    <div className="sticky top-0 z-10 -mx-4 flex h-13 items-center gap-2 bg-surface px-4">
      <button
        type="button"
        aria-label="Back to Flows"
        className="-ml-2 inline-flex h-11 items-center gap-2 rounded-[8px] px-2 text-muted hover:text-ink"
        onClick={onClose}
      >
        <Icon name="left" /> Flows
      </button>
      <span className="ml-auto text-muted">
        {place === null ? '' : `${formatCount(place.index + 1)} of ${formatCount(place.total)}`}
      </span>
      {text === null ? null : (
        <>
          <IconCopyButton name="Copy link" icon="link" text={link} look={PHONE_BUTTON} />
          <MoreActions text={text} />
        </>
      )}
    </div>
  )
}

/** What has no button of its own on a phone. `text` is the explanation. */
function MoreActions({ text }: { text: () => string }) {
  const button = useRef<HTMLButtonElement>(null)
  const [anchor, setAnchor] = useState<HTMLButtonElement | null>(null)
  const applicable = useApplicable()
  const copy = async () => commands.say((await copyText(text())) ? 'Copied' : 'Could not copy')
  const steps = [
    { id: 'denial.next', title: 'Next of the same denial' },
    { id: 'denial.previous', title: 'Previous of the same denial' },
  ] as const
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label="More"
        title="More"
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        className={PHONE_BUTTON}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <Icon name="more" />
      </button>
      {anchor === null ? null : (
        <ValueMenu
          anchor={anchor}
          returnTo={button}
          name="More"
          onClose={() => setAnchor(null)}
          sections={[
            {
              title: '',
              entries: [
                { title: 'Copy as text', onSelect: () => void copy() },
                ...steps.map(({ id, title }) => ({
                  title,
                  disabled: !applicable.has(id),
                  onSelect: () => commands.run(id),
                })),
              ],
            },
          ]}
        />
      )}
    </>
  )
}
