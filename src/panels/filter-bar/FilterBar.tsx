import { type Expression, ALL } from '../../filter/tree/expression.ts'
import { clausesOf, without } from '../../filter/tree/clauses.ts'
import { print } from '../../filter/language/print.ts'
import { useView } from '../../state/view/navigation.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { CONTROLS, usedOf } from './controls.ts'
import { FilterControl } from './FilterControl.tsx'

/** The filter as controls and as chips, one for each clause. Both change the filter in the URL. */
export function FilterBar() {
  const [{ filter }, navigate] = useView()
  const setFilter = (next: Expression) => navigate({ filter: next })
  const clauses = clausesOf(filter)
  return (
    <search
      aria-label="Filter"
      className="flex flex-none items-center gap-1.5 border-b border-line bg-surface px-4 py-2 max-sm:overflow-x-auto max-sm:*:flex-none sm:flex-wrap"
    >
      <Icon name="filter" className="mr-1 size-4 text-faint" />
      {CONTROLS.map((control) => (
        <FilterControl key={control.title} control={control} used={usedOf(control, filter)} />
      ))}
      {clauses.length === 0 ? null : (
        <>
          <span className="mx-1 h-5 w-px bg-line" aria-hidden="true" />
          <ul aria-label="Clauses of the filter" className="contents">
            {clauses.map((clause) => {
              const text = print(clause)
              return (
                <li
                  key={text}
                  className="flex h-7 max-w-full items-center rounded-[7px] border border-accent bg-accent-soft pl-2.5 text-xs"
                >
                  <code className="truncate">{text}</code>
                  <button
                    type="button"
                    aria-label={`Remove ${text}`}
                    onClick={() => setFilter(without(filter, clause))}
                    className="grid h-full w-7 place-items-center rounded-r-[6px] text-accent hover:text-ink"
                  >
                    <Icon name="close" className="size-3" />
                  </button>
                </li>
              )
            })}
          </ul>
          <Button look="quiet" onClick={() => setFilter(ALL)}>
            Clear
          </Button>
        </>
      )}
    </search>
  )
}
