import { useView } from '../../state/view/navigation.ts'
import { setPreferences, usePreferences } from '../../state/remembered/preferences.ts'
import { Button, buttonClass } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Panel } from '../../ui/Panel.tsx'
import { useMediaQuery } from '../../ui/use-media-query.ts'
import { FacetList } from './FacetList.tsx'

/** What the flows in view have in common, beside the table; behind a button where there is no room beside it. */
export function FacetRail() {
  const wide = useMediaQuery('(min-width: 900px)')
  // With a flow open beside it, a table of less than about 950 px would hide which policy decided.
  const roomy = useMediaQuery('(min-width: 1560px)')
  const [{ open }, navigate] = useView()
  const { facets: wanted } = usePreferences()
  const shown = wanted && (roomy || open === null)
  if (!wide)
    return (
      <div className="flex flex-none border-b border-line bg-surface px-4 py-1.5">
        <Panel
          title="Facets"
          trigger={
            <Button>
              <Icon name="filter" className="size-3.5" />
              Facets
            </Button>
          }
        >
          <div className="w-72 px-3 py-2">
            <FacetList />
          </div>
        </Panel>
      </div>
    )
  const toggle = () => {
    setPreferences({ facets: !shown })
    // Asked for where there is no room for both, they take the place of the open flow.
    if (!shown && !roomy) navigate({ open: null })
  }
  const button = (
    <button
      type="button"
      aria-expanded={shown}
      aria-label={shown ? 'Hide the facets' : 'Show the facets'}
      title={shown ? 'Hide the facets' : 'Show the facets'}
      onClick={toggle}
      className={buttonClass('quiet', 'w-7 px-0')}
    >
      <Icon name="down" className={`size-3.5 ${shown ? 'rotate-90' : '-rotate-90'}`} />
    </button>
  )
  if (!shown) return <div className="flex-none border-r border-line bg-page p-1.5">{button}</div>
  return (
    <aside
      aria-label="Facets"
      className="w-55 flex-none overflow-x-hidden overflow-y-auto border-r border-line bg-page pr-2 pb-4 pl-3"
    >
      <div className="-mr-1 flex h-10 items-center justify-between text-xs text-muted">
        Records by value {button}
      </div>
      <FacetList />
    </aside>
  )
}
