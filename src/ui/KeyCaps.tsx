/** The key caps of a shortcut, such as `Ctrl` `K`. Screen readers announce the names on the caps. */
export function KeyCaps({ caps }: { caps: readonly string[] }) {
  return (
    <span className="inline-flex gap-0.5">
      {caps.map((cap, index) => (
        // The caps of a sequence such as `g g` are equal, so only the index tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <kbd key={index} className="rounded-[4px] bg-sunken px-1.5 text-2xs leading-4 text-ink">
          {cap}
        </kbd>
      ))}
    </span>
  )
}
