import type { Expression } from '../../filter/tree/expression.ts'
import { applyPreset, hasPreset, PRESETS, removePreset } from '../../filter/tree/preset.ts'
import { buttonClass } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { PopoverPanel } from '../../ui/PopoverPanel.tsx'

/** Presets that exclude noise. A preset that is on is a clause of the query, and can be removed there too. */
export function NoiseMenu({
  filter,
  onChange,
}: {
  filter: Expression
  onChange: (filter: Expression) => void
}) {
  const used = PRESETS.filter((preset) => hasPreset(filter, preset)).length
  return (
    <PopoverPanel
      title="Hide noise"
      align="end"
      trigger={
        <button
          type="button"
          // As wide with its number as without.
          className={buttonClass(
            'outline',
            `w-29 max-sm:w-7 max-sm:px-0 ${used > 0 ? 'border-accent text-accent' : ''}`,
          )}
        >
          <Icon name="filter" className="size-3.5 sm:hidden" />
          <span className="max-sm:sr-only">Hide noise</span>
          {used > 0 ? <span className="font-semibold max-sm:sr-only">{used}</span> : null}
          <Icon name="down" className="size-3 text-faint max-sm:hidden" />
        </button>
      }
    >
      <ul className="w-80 max-w-full p-1.5">
        {PRESETS.map((preset) => {
          const on = hasPreset(filter, preset)
          return (
            <li key={preset.id}>
              <label className="flex cursor-pointer gap-2.5 rounded-md px-2 py-1.5 hover:bg-sunken">
                <input
                  type="checkbox"
                  className="mt-0.5 size-4 accent-accent"
                  aria-describedby={`noise-${preset.id}`}
                  aria-label={preset.title}
                  checked={on}
                  onChange={() => onChange((on ? removePreset : applyPreset)(filter, preset))}
                />
                <span>
                  <span className="block font-medium">{preset.title}</span>
                  <span id={`noise-${preset.id}`} className="block text-xs text-muted">
                    {preset.help}
                  </span>
                  <code className="block text-2xs text-muted">
                    {preset.field} != {preset.values.join(', ')}
                  </code>
                </span>
              </label>
            </li>
          )
        })}
      </ul>
      <p className="border-t border-line px-3.5 py-2 text-xs text-muted">
        Adds clauses that you see and can change.
      </p>
    </PopoverPanel>
  )
}
