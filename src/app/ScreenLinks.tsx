import { useView } from '../state/view/navigation.ts'
import { printView, type ScreenName } from '../state/view/view.ts'
import { isForBrowser } from '../ui/is-for-browser.ts'

/** `more` is left out where there is no room. */
const SCREENS: readonly { readonly screen: ScreenName; readonly title: string; readonly more?: string }[] = [
  { screen: 'flows', title: 'Flows' },
  { screen: 'staged', title: 'Staged', more: ' changes' },
  { screen: 'compare', title: 'Compare' },
  { screen: 'captures', title: 'Captures' },
]

/** Links to the screens, with the present filter. As real links, they can be opened in a new tab. */
export function ScreenLinks() {
  const [view, navigate] = useView()
  return (
    <nav
      aria-label="Screens"
      className="flex gap-0.5 max-md:gap-0 phone:grid phone:h-full phone:auto-cols-fr phone:grid-flow-col"
    >
      {SCREENS.map(({ screen, title, more = '' }) => (
        <a
          key={screen}
          href={printView({ ...view, screen, open: null }) || './'}
          aria-label={title + more}
          aria-current={view.screen === screen ? 'page' : undefined}
          className="flex h-7 items-center justify-center rounded-[7px] px-3 font-medium max-2xl:px-2 max-lg:px-1 max-lg:text-xs max-md:px-0.5 max-md:text-2xs whitespace-nowrap text-muted hover:bg-sunken hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:font-semibold aria-[current=page]:text-ink phone:h-full phone:rounded-none phone:border-t-2 phone:border-transparent phone:text-xs phone:aria-[current=page]:border-accent phone:aria-[current=page]:bg-transparent phone:aria-[current=page]:text-accent"
          onClick={(event) => {
            if (isForBrowser(event)) return
            event.preventDefault()
            navigate({ screen, open: null })
          }}
        >
          {title}
          <span className="whitespace-pre max-2xl:hidden">{more}</span>
        </a>
      ))}
    </nav>
  )
}
