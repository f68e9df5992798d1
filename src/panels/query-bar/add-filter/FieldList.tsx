import { useRef, useState } from 'react'

import { type Field, FIELDS, type FieldId } from '../../../flows/field.ts'
import { SearchInput } from './SearchInput.tsx'
import { useListKeys } from './use-list-keys.ts'

function namesOf({ id, title, aliases }: Field): readonly string[] {
  return [id, title.toLowerCase(), ...aliases]
}

/** The fields that the search is part of: by id, title or another name; those that begin with it first. */
function fieldsFound(search: string): readonly Field[] {
  const wanted = search.trim().toLowerCase()
  const found = FIELDS.filter((field) => namesOf(field).some((name) => name.includes(wanted)))
  const begins = (field: Field) => namesOf(field).some((name) => name.startsWith(wanted))
  return [...found.filter(begins), ...found.filter((field) => !begins(field))]
}

/** How a condition of the field begins as text; null for a field whose values can be listed. */
function typedStart({ type, id }: Field): string | null {
  if (type === 'label') return `${id}.`
  return type === 'measure' ? `${id} > ` : type === 'age' ? `${id} < ` : null
}

/** The fields to choose from, with a search. */
export function FieldList({
  onChoose,
  onType,
}: {
  onChoose: (field: FieldId) => void
  onType: (start: string) => void
}) {
  const [search, setSearch] = useState('')
  const root = useRef<HTMLDivElement>(null)
  useListKeys(root)
  const fields = fieldsFound(search)
  const choose = (field: Field) => {
    const start = typedStart(field)
    if (start === null) onChoose(field.id)
    else onType(start)
  }
  return (
    <div ref={root} className="p-2">
      <SearchInput
        label="Search fields"
        value={search}
        onChange={setSearch}
        onEnter={() => {
          const [first] = fields
          if (first !== undefined) choose(first)
        }}
      />
      <ul aria-label="Fields" className="max-h-80 overflow-y-auto">
        {fields.map((field) => (
          <li key={field.id}>
            <button
              type="button"
              data-option
              onClick={() => choose(field)}
              className="flex min-h-7 w-full items-center gap-3 rounded-md px-1.5 text-left hover:bg-sunken focus-visible:bg-accent-soft"
            >
              <span className="min-w-0 flex-1">{field.title}</span>{' '}
              <code className="text-xs text-muted">{field.id}</code>
            </button>
          </li>
        ))}
      </ul>
      {fields.length === 0 ? <p className="px-2 py-3 text-muted">No field is called that.</p> : null}
    </div>
  )
}
