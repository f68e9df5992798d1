/** The caps of a shortcut, one beside the other. Read out as the keys that they are. */
export function Keys({ caps }: { caps: readonly string[] }) {
  return (
    <span className="inline-flex gap-0.5">
      {caps.map((cap, index) => (
        // A sequence may hold a key twice.
        // oxlint-disable-next-line react/no-array-index-key
        <kbd key={index} className="rounded-[4px] bg-sunken px-1.5 text-2xs leading-4 text-ink">
          {cap}
        </kbd>
      ))}
    </span>
  )
}
