import { navigate, useViewPart } from '../../state/view/navigation.ts'
import { setPreferences, usePreferences } from '../../state/remembered/preferences.ts'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'
import { useMediaQuery } from '../../ui/use-media-query.ts'
import { FacetList } from './FacetList.tsx'

/** The facets in a column beside the table, or in a panel behind a button on a narrow screen. */
export function FacetRail() {
  const wide = useMediaQuery('(min-width: 900px)')
  // With the answer and the facets beside it, a narrower table would hide which policy decided.
  const fitsBoth = useMediaQuery('(min-width: 1280px)')
  const isOpen = useViewPart(({ open }) => open !== null)
  const { facets: isWanted } = usePreferences()
  const shown = isWanted && (fitsBoth || !isOpen)
  if (!wide)
    return (
      <div className="flex flex-none">
        <PopoverPanel
          title="Facets"
          trigger={
            <Button className="max-lg:w-8 max-lg:px-0 phone:size-9">
              <Icon name="filter" className="size-3.5" />
              <span className="max-lg:sr-only">Facets</span>
            </Button>
          }
        >
          <div className="w-72 px-3 py-2">
            <FacetList />
          </div>
        </PopoverPanel>
      </div>
    )
  const toggle = () => {
    setPreferences({ facets: !shown })
    // Where both do not fit, showing the facets closes the inspector.
    if (!shown && !fitsBoth) navigate({ open: null })
  }
  const button = (
    <button
      type="button"
      aria-expanded={shown}
      aria-label={shown ? 'Hide the facets' : 'Show the facets'}
      title={shown ? 'Hide the facets' : 'Show the facets'}
      onClick={toggle}
      className={buttonClass('quiet', 'size-6 px-0')}
    >
      <Icon name="down" className={`size-3.5 ${shown ? 'rotate-90' : '-rotate-90'}`} />
    </button>
  )
  return (
    <aside
      aria-label="Facets"
      className={
        shown
          ? 'relative w-facets flex-none overflow-x-hidden overflow-y-auto border-r border-line bg-surface pt-2.5 pr-1 pb-4 pl-3.5 [scrollbar-gutter:stable] [scrollbar-width:thin]'
          : 'flex-none border-r border-line bg-page p-1.5'
      }
    >
      {/* The same element shown and hidden, so that it keeps the focus. */}
      <div className={shown ? 'absolute top-2.5 right-1' : ''}>{button}</div>
      {shown ? <FacetList /> : null}
    </aside>
  )
}
