import { formatCount, formatPlural } from '../../lib/format.ts'
import type { RedactionPreview } from '../../redact/redaction-preview.ts'
import type { ReplacedName } from '../../redact/stand-ins.ts'
import { Chip } from '../../ui/Chip.tsx'

/** For the most examples that there are, so that what stands below keeps its place. */
const ROOM = { minHeight: '15.5rem' }

/** Names of the records beside what the file has for them, and how many are replaced. */
export function RedactPreview({
  preview,
  written,
}: {
  preview: RedactionPreview | undefined
  written: { readonly names: readonly ReplacedName[]; readonly unlisted: number } | null
}) {
  if (preview === undefined)
    return (
      <p className="mt-2 text-xs text-muted" style={ROOM}>
        Looking at the names…
      </p>
    )
  const { examples, replaced, isPart, clausesLeftOut } = preview
  return (
    <>
      <div className="mt-2" style={ROOM}>
        <table className="w-full table-fixed text-left text-xs">
          <thead>
            <tr className="border-b border-line text-muted">
              <th className="w-2/5 py-1 pr-2 font-normal">In the record</th>
              <th className="py-1 font-normal">In the file</th>
            </tr>
          </thead>
          <tbody className="font-mono">
            {examples.map(({ before, after }) => (
              <tr key={before} className="border-b border-line align-baseline">
                <td className="truncate py-1 pr-2" title={before}>
                  {before}
                </td>
                <td className="py-1 break-all">
                  {after} {before === after ? <Chip>kept</Chip> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-2 text-xs" role="status">
        {written === null
          ? `${formatPlural(replaced, 'name')}${isPart ? ' at least' : ''} replaced`
          : `${formatPlural(written.names.length + written.unlisted, 'name')} replaced in the file that was saved`}
        {leftOutWords(clausesLeftOut)}
      </p>
    </>
  )
}

function leftOutWords(clauses: number): string {
  if (clauses === 0) return ''
  return clauses === 1
    ? '. One condition of the filter is left out of the file: it asks for parts of names.'
    : `. ${formatCount(clauses)} conditions of the filter are left out of the file: they ask for parts of names.`
}
