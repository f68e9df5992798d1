import { formatPlural } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { PolicyDocument } from '../../state/policies/use-policies.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'

/** So many files and folders are listed. */
const MAX_ROOTS = 20

/** A file by its name, or a folder with how many files of it are loaded. */
interface Root {
  readonly name: string
  readonly isFolder: boolean
  readonly files: number
}

function rootOf(path: string): string {
  const end = path.indexOf('/')
  return end < 0 ? path : path.slice(0, end + 1)
}

function rootsOf(documents: readonly PolicyDocument[]): readonly Root[] {
  const counts = new Map<string, number>()
  for (const { name } of documents) counts.set(rootOf(name), (counts.get(rootOf(name)) ?? 0) + 1)
  return Array.from(counts, ([name, files]) => ({ name, files, isFolder: name.endsWith('/') }))
}

/** The files and folders that the policies are from, each of which can be removed. */
export function LoadedFiles({
  documents,
  onRemove,
}: {
  documents: readonly PolicyDocument[]
  onRemove: (isGone: (path: string) => boolean) => void
}) {
  const roots = rootsOf(documents)
  return (
    <section aria-label="From where">
      <div className="flex items-center gap-2">
        <h3 className="flex-1 text-xs font-semibold">From where</h3>
        <Button look="quiet" className="-mr-2.5 phone:h-11" onClick={() => onRemove(() => true)}>
          Remove all
        </Button>
      </div>
      <ul className="rounded-[8px] border border-line">
        {roots.slice(0, MAX_ROOTS).map((root) => (
          <RootItem
            key={root.name}
            root={root}
            onRemove={() => onRemove((path) => rootOf(path) === root.name)}
          />
        ))}
        {roots.length > MAX_ROOTS ? (
          <li className="border-t border-line-soft px-3 py-1.5 text-muted">
            and {formatPlural(roots.length - MAX_ROOTS, 'other file or folder', 'other files and folders')},
            not listed
          </li>
        ) : null}
      </ul>
    </section>
  )
}

function RootItem({ root: { name, files, isFolder }, onRemove }: { root: Root; onRemove: () => void }) {
  const shown = visibleText(name)
  return (
    <li className="flex min-h-8 items-center gap-2 border-line-soft py-0.5 pr-1 pl-3 not-first:border-t">
      <code className="min-w-0 truncate text-xs" title={shown}>
        {shown}
      </code>
      <span className="flex-1 text-xs whitespace-nowrap text-muted">
        {isFolder ? formatPlural(files, 'file') : ''}
      </span>
      <button
        type="button"
        aria-label={`Remove ${shown}`}
        title="Remove"
        className="grid size-7 flex-none place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink phone:size-11"
        onClick={onRemove}
      >
        <Icon name="close" className="size-3.5" />
      </button>
    </li>
  )
}
