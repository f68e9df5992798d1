/** `namespace/name` on one line, truncated at its end; the namespace is muted. */
export function NamespacedName({ namespace, name }: { namespace: string; name: string }) {
  return (
    <span className="block truncate font-mono text-xs" title={`${namespace}/${name}`}>
      <span className="text-muted">{namespace}/</span>
      <span className="font-medium">{name}</span>
    </span>
  )
}
