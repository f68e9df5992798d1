/** A name with the scope it lives in, the scope quieter: `backend/api-*`. One line, cut at its end. */
export function Scoped({ scope, name }: { scope: string; name: string }) {
  return (
    <span className="block truncate font-mono text-xs" title={`${scope}/${name}`}>
      <span className="text-muted">{scope}/</span>
      <span className="font-medium">{name}</span>
    </span>
  )
}
